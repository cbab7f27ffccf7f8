import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Connection } from '@bqsync/bigquery';
import { type Share, type Sink, SyncOrchestrator, type SyncEvent, type TableSpec } from '@bqsync/core';
import { adaptersTo, workerOf } from './adapters.ts';

const STALL_RESOLUTION_MS = 5;

export interface BackfillOptions {
  /** Of how many threads it is the first; alone by default. */
  readonly slots?: number;
  /** Collect garbage after each so many rows, and keep the greatest heap that is left. */
  readonly heapEveryRows?: number;
}

export interface Backfilled {
  readonly rows: number;
  /** From the start, before the source is asked for anything, to the last commit. */
  readonly ms: number;
  /** Processor time of the whole Harper process meanwhile. */
  readonly cpuMs: number;
  /** Rows of a commit, on average. */
  readonly rowsPerCommit: number;
  /** 99th percentile of how late the event loop was, and the greatest. */
  readonly stallMs: number;
  readonly maxStallMs: number;
  readonly maxHeapBytes: number;
}

/** Backfills a table into a new target in this thread, as the plugin does. */
export async function backfill(connection: Connection, table: TableSpec, options: BackfillOptions = {}): Promise<Backfilled> {
  const { source, sink, state } = adaptersTo(connection);
  const heap = new HeapWatch(options.heapEveryRows);
  const share: Share | undefined = options.slots === undefined ? undefined : { slot: 0, slots: options.slots };
  let commits = 0;
  let lastMs = 0;
  let wake = (): void => undefined;
  const done = new Promise<void>((resolve) => (wake = resolve));
  let failure: SyncEvent | undefined;
  const orchestrator = new SyncOrchestrator({
    tables: [table],
    source,
    sink: heap.watching(sink),
    state,
    worker: workerOf(randomUUID()),
    ...(share === undefined ? {} : { share }),
    telemetry: {
      event: (event) => {
        if (event.type === 'committed' && event.rows > 0) {
          commits += 1;
          lastMs = performance.now();
        }
        if (event.type === 'failed' || event.type === 'retrying') failure = event;
        if (event.type === 'window-completed' || event.type === 'failed') wake();
      },
    },
  });
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  stalls.enable();
  orchestrator.startAll();
  await done;
  stalls.disable();
  const { user, system } = process.cpuUsage(cpuBefore);
  if (share !== undefined) lastMs = performance.now();
  const [status] = orchestrator.getStatus();
  await orchestrator.stopAll();
  if (failure !== undefined && 'error' in failure) throw failure.error;
  const rows = status?.counters?.inserted ?? 0;
  return {
    rows,
    ms: lastMs - started,
    cpuMs: (user + system) / 1000,
    rowsPerCommit: Math.round(rows / Math.max(1, share === undefined ? commits : (status?.counters?.commits ?? commits))),
    stallMs: stalls.percentile(99) / 1e6,
    maxStallMs: stalls.max / 1e6,
    maxHeapBytes: heap.maxBytes,
  };
}

let helping: SyncOrchestrator | undefined;

/** Begins to read units of a table that another thread backfills. */
export function help(connection: Connection, table: TableSpec, slot: number, slots: number): Promise<void> {
  helping = new SyncOrchestrator({ tables: [table], ...adaptersTo(connection), worker: workerOf(randomUUID()), share: { slot, slots } });
  helping.help(table.id);
  return Promise.resolve();
}

export async function stopHelping(): Promise<void> {
  await helping?.stopAll();
  helping = undefined;
}

/** The greatest heap of this thread right after garbage was collected, in the middle of the work. */
class HeapWatch {
  maxBytes = 0;
  readonly #everyRows: number | undefined;
  #rows = 0;

  constructor(everyRows: number | undefined) {
    this.#everyRows = everyRows;
  }

  watching(sink: Sink): Sink {
    const every = this.#everyRows;
    if (every === undefined) return sink;
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    return {
      ...sink,
      commit: async (batch, signal) => {
        const outcome = await sink.commit(batch, signal);
        this.#rows += batch.rows.length;
        if (this.#rows >= every) {
          this.#rows = 0;
          gc();
          const { heapUsed, external } = process.memoryUsage();
          this.maxBytes = Math.max(this.maxBytes, heapUsed + external);
        }
        return outcome;
      },
    };
  }
}

/** 99th percentile of how late the event loop is while this thread has nothing to do: what the machine's other load does to it. */
export async function idleStall(forMs: number): Promise<number> {
  const stalls = monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  stalls.enable();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  stalls.disable();
  return stalls.percentile(99) / 1e6;
}
