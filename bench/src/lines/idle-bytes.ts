import { type Clock, type Column, formatInstant, type Micros, micros, TableSyncEngine } from '@bqsync/core';
import { MemorySource, MemoryTarget } from '@bqsync/core/memory';
import { type Line } from '../line.ts';
import { specOf } from '../source/position-table.ts';

const ROWS = 10_000;
const DAY_MS = 86_400_000;
const LATER_SECONDS = 7 * 86_400;
const START = 1_770_000_000_000_000n;
const POLL_MS = 30_000;
const COLUMNS: readonly Column[] = ['timestamp', 'mmsi'].map((name) => ({
  name,
  type: name === 'mmsi' ? 'STRING' : 'TIMESTAMP',
  repeated: false,
  required: true,
}));

export const idleBytes: Line = {
  name: 'idle-bytes',
  title: 'bytes scanned by polls of an unchanged table in a day',
  against: '0; the unconditional polls left out',
  unit: 'bytes',
  target: { atMost: 0 },
  rows: `${ROWS} rows in memory, a poll every ${POLL_MS / 1000} s of a simulated day`,
  async measure(run) {
    const conditional = await simulateDay(LATER_SECONDS, run.signal);
    const usual = await simulateDay(3600, run.signal);
    const note = `${conditional.polls} polls; with the unconditional ones of a lateness of 1 h: ${usual.windows} windows, of ${usual.polls} polls`;
    return { value: conditional.bytes, baseline: 0, ratio: conditional.bytes, note };
  },
};

interface Day {
  readonly polls: number;
  readonly windows: number;
  readonly bytes: number;
}

/** Runs the engine's own loop by a clock that moves only while it waits. */
async function simulateDay(latenessSeconds: number, signal: AbortSignal): Promise<Day> {
  let elapsedMs = 0;
  const now = (): Micros => micros(START + BigInt(Math.round(elapsedMs * 1000)));
  const ended = new AbortController();
  let endsAtMs = Number.POSITIVE_INFINITY;
  const clock: Clock = {
    now,
    monotonic: () => elapsedMs,
    random: () => 0.5,
    sleep: (ms, stop) => {
      elapsedMs += ms;
      if (elapsedMs >= endsAtMs) ended.abort();
      return new Promise((resolve, reject) => setImmediate(() => (stop.aborted ? reject(stop.reason as Error) : resolve())));
    },
  };
  const source = new MemorySource({ now });
  source.create('idle', COLUMNS);
  const at = (n: number): string => formatInstant(micros(START - 3_600_000_000n + BigInt(n) * 1000n));
  source.insert(
    'idle',
    Array.from({ length: ROWS }, (_, n) => ({ timestamp: at(n), mmsi: String(n) })),
  );
  const counts = { polls: 0, windows: 0, bytes: 0 };
  const target = new MemoryTarget();
  const table = specOf('idle', 'Idle', { primaryKey: ['mmsi'] });
  const engine = new TableSyncEngine({
    table: { ...table, sync: { ...table.sync, pollIntervalMs: POLL_MS, latenessSeconds } },
    source,
    sink: target,
    state: target,
    worker: { workerId: 'bench-0', nodeId: 0, bootId: 'boot' },
    clock,
    telemetry: {
      event: (event) => {
        if (event.type === 'poll-skipped' || event.type === 'window-opened') counts.polls += 1;
        if (event.type === 'window-opened') {
          counts.windows += 1;
          counts.bytes += event.bytesScanned;
        }
      },
    },
  });
  elapsedMs += 60_000;
  while ((await engine.step(signal)).did !== 'skipped') elapsedMs += POLL_MS;
  Object.assign(counts, { polls: 0, windows: 0, bytes: 0 });
  endsAtMs = elapsedMs + DAY_MS;
  engine.start();
  await new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  await engine.stop();
  return counts;
}
