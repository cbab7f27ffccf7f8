import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';
import type { RowsByTable, TableName } from '../data/rows.ts';
import { PortEventsGenerator } from '../generators/port-events-generator.ts';
import { VesselMetadataGenerator } from '../generators/vessel-metadata-generator.ts';
import { VesselPositionsGenerator } from '../generators/vessel-positions-generator.ts';
import type { WriteOptions, WrittenTable } from '../generators/written-table.ts';
import type { RangeData } from '../scenario/build-data.ts';
import { TABLES } from '../tables/definitions.ts';
import { DAY, HOUR, isoMicros, type Micros, type TimeRange, toMicros } from '../time/micros.ts';
import type { DataTarget, WriteMode } from '../writers/data-target.ts';
import { dataOf, type RunState, type RunStateStore } from './run-state.ts';

export interface ContinuousOptions {
  readonly target: DataTarget;
  readonly store: RunStateStore;
  /** Delete positions and events older than this many whole days. Default: never. The caller has asked whoever owns the data. */
  readonly retentionDays?: number | undefined;
  /** After a longer standstill, skip what is older than this many days. Default: skip nothing. */
  readonly windowDays?: number | undefined;
  /** The present, in microseconds. Default: the system's clock. */
  readonly now?: (() => Micros) | undefined;
  readonly onStep?: ((step: StepResult) => void) | undefined;
  /** Told when a step failed for a reason that may pass; `run` then waits and goes on. Without it `run` throws. */
  readonly onError?: ((error: BqsyncError) => void) | undefined;
}

export interface StepResult {
  readonly from: string;
  readonly to: string;
  readonly rows: Readonly<Record<TableName, number>>;
  /** Rows before this instant were deleted in this step. */
  readonly trimmedTo?: string;
}

/** Rows of one step at most, about; bounds memory and what a crash repeats. */
const ROWS_PER_STEP = 50_000;
/** Further back than this, load jobs are cheaper than streaming and nobody waits for the rows. */
const STREAM_WITHIN: Micros = HOUR;
const PARTITIONED: readonly TableName[] = ['vessel_positions', 'port_events'];

/**
 * Writes what became due since the kept state, step by step. A step is announced in the state before it is written and closed after:
 * whenever the process dies, the next one writes the open step again, by identities that make the repetition harmless. So no
 * row is missing and none is there twice.
 */
export class ContinuousRun {
  readonly #options: ContinuousOptions;
  #state: RunState | undefined;
  #generators: Generators | undefined;

  constructor(options: ContinuousOptions) {
    for (const name of ['retentionDays', 'windowDays'] as const) {
      const days = options[name];
      if (days !== undefined && !(Number.isInteger(days) && days >= 1))
        throw new BqsyncError('BQS_CONFIG_INVALID', `${name} is ${days}`, { hint: 'give a whole number of days from 1 on' });
    }
    this.#options = options;
  }

  /**
   * Writes the first rows of a new run: a scenario's, or the fleet's metadata. Does nothing if that is done.
   *
   * @returns the rows written for each table
   */
  async initialize(signal?: AbortSignal): Promise<Readonly<Record<TableName, number>>> {
    const state = await this.#load();
    const written = noRows();
    for (const table of state.tables) await this.#options.target.prepare(TABLES[table], signal);
    if (state.initialized) return written;
    const generators = await this.#connect(state);
    const how: WriteOptions = { mode: 'load', replay: true, signal };
    const range = generators.data.range;
    const { metadata, events, positions } = generators;
    if (state.tables.includes('vessel_metadata'))
      written.vessel_metadata = await writeAll(
        metadata,
        metadata.rows({ start: range.start, end: Math.max(range.end, range.start + 1) }),
        how,
      );
    if (state.tables.includes('port_events')) written.port_events = await writeAll(events, events.rows(range), how);
    if (state.tables.includes('vessel_positions')) written.vessel_positions = await writeAll(positions, positions.rows(range), how);
    await this.#save({ ...state, initialized: true });
    return written;
  }

  /** One step: the open one of an earlier process first. Undefined if nothing is due. */
  async step(signal?: AbortSignal): Promise<StepResult | undefined> {
    let state = await this.#load();
    const generators = await this.#connect(state);
    const now = this.#now();
    // A step that is open already was cut off somewhere, in this process or an earlier one.
    const replay = state.pending !== undefined;
    if (!replay) {
      const oldest = this.#options.windowDays === undefined ? 0 : now - this.#options.windowDays * DAY;
      const from = Math.max(toMicros(state.writtenTo), oldest);
      const to = Math.min(now, from + stepLength(generators.data));
      if (to <= from) return undefined;
      const mode: WriteMode = now - from > STREAM_WITHIN ? 'load' : 'stream';
      state = { ...state, writtenTo: isoMicros(from), pending: { to: isoMicros(to), mode } };
      await this.#save(state);
    }
    const { pending, writtenTo, tables } = state;
    if (pending === undefined) throw new BqsyncError('BQS_INTERNAL', 'a step has no end');
    const range: TimeRange = { start: toMicros(writtenTo), end: toMicros(pending.to) };
    const how: WriteOptions = { mode: pending.mode, replay, signal };
    const rows = noRows();
    if (tables.includes('vessel_metadata')) {
      const updates = [...generators.metadata.updates(range)];
      await generators.metadata.writeUpdates(updates, how);
      rows.vessel_metadata = updates.length;
    }
    if (tables.includes('port_events')) rows.port_events = await writeAll(generators.events, generators.events.rows(range), how);
    if (tables.includes('vessel_positions'))
      rows.vessel_positions = await writeAll(generators.positions, generators.positions.rows(range), how);
    await this.#save({ ...state, writtenTo: pending.to, pending: undefined });
    const trimmedTo = await this.#trim(now, signal);
    const result: StepResult = { from: writtenTo, to: pending.to, rows, ...(trimmedTo === undefined ? {} : { trimmedTo }) };
    this.#options.onStep?.(result);
    return result;
  }

  /** Steps until it has caught up with the present, then again every `intervalMs`, until the signal. */
  async run(options: { readonly intervalMs: number; readonly signal: AbortSignal }): Promise<void> {
    const { intervalMs, signal } = options;
    while (!signal.aborted) {
      let step: StepResult | undefined;
      try {
        step = await this.step(signal);
      } catch (cause) {
        const error = toBqsyncError(cause);
        // The open step is in the state; the next run finishes it.
        if (error.code === 'BQS_ABORTED') return;
        if (!error.retryable || this.#options.onError === undefined) throw error;
        this.#options.onError(error);
      }
      const behind = step !== undefined && toMicros(step.to) < this.#now() - intervalMs * 1000;
      if (behind) continue;
      await sleep(intervalMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #trim(now: Micros, signal?: AbortSignal): Promise<string | undefined> {
    const { retentionDays, target } = this.#options;
    if (retentionDays === undefined) return undefined;
    const state = await this.#load();
    // Whole days are whole partitions.
    const cutoff = (Math.floor(now / DAY) - retentionDays) * DAY;
    if (state.trimmedTo !== undefined && toMicros(state.trimmedTo) >= cutoff) return undefined;
    for (const table of PARTITIONED) if (state.tables.includes(table)) await target.deleteBefore(TABLES[table], cutoff, signal);
    await this.#save({ ...state, trimmedTo: isoMicros(cutoff) });
    return isoMicros(cutoff);
  }

  async #load(): Promise<RunState> {
    this.#state ??= await this.#options.store.load();
    if (this.#state === undefined)
      throw new BqsyncError('BQS_USAGE', 'there is no run to go on with', { hint: 'run initialize first, or save a state made by newRun' });
    return this.#state;
  }

  async #save(state: RunState): Promise<void> {
    await this.#options.store.save(state);
    this.#state = state;
  }

  async #connect(state: RunState): Promise<Generators> {
    if (this.#generators !== undefined) return this.#generators;
    const data = dataOf(state.source);
    const { fleet, sampling, reported } = data;
    const generators: Generators = {
      data,
      positions: new VesselPositionsGenerator({ fleet, sampling }),
      events: new PortEventsGenerator({ fleet, reported }),
      metadata: new VesselMetadataGenerator({ fleet }),
    };
    const config = { target: this.#options.target, runId: state.runId };
    if (state.tables.includes('vessel_positions')) await generators.positions.initialize(config);
    if (state.tables.includes('port_events')) await generators.events.initialize(config);
    if (state.tables.includes('vessel_metadata')) await generators.metadata.initialize(config);
    return (this.#generators = generators);
  }

  #now(): Micros {
    return this.#options.now?.() ?? Date.now() * 1000;
  }
}

interface Generators {
  readonly data: RangeData;
  readonly positions: VesselPositionsGenerator;
  readonly events: PortEventsGenerator;
  readonly metadata: VesselMetadataGenerator;
}

function noRows(): Record<TableName, number> {
  return { vessel_positions: 0, port_events: 0, vessel_metadata: 0 };
}

/** Positions come at an even rate and make up nearly all rows. */
function stepLength({ sampling }: RangeData): Micros {
  return Math.max(1, Math.floor((sampling.period / sampling.rows) * ROWS_PER_STEP));
}

async function writeAll<T extends TableName>(
  generator: WrittenTable<T>,
  rows: Iterable<RowsByTable[T]>,
  how: WriteOptions,
): Promise<number> {
  let written = 0;
  for await (const batch of generator.batched(rows)) {
    await generator.write(batch, how);
    written += batch.length;
  }
  return written;
}
