import { BqsyncError } from '@bqsync/errors';
import type { RangeData } from '../scenario/build-data.ts';
import { buildData } from '../scenario/build-data.ts';
import { buildScenario } from '../scenario/build-scenario.ts';
import type { ScenarioName } from '../scenario/scenarios.ts';
import type { TableName } from '../data/rows.ts';
import { isoMicros, type Micros, type TimeRange, toMicros } from '../time/micros.ts';
import type { WriteMode } from '../writers/data-target.ts';
import type { RotationName } from '../voyage/rotation.ts';

/** What sails: a scenario, or a fleet at its usual rates. */
export type DataSource =
  | { readonly kind: 'scenario'; readonly name: ScenarioName; readonly seed: string; readonly end: string }
  | { readonly kind: 'fleet'; readonly seed: string; readonly vessels: number; readonly rotation: RotationName; readonly start: string };

/** How far a run of the generator has come: all that has to outlive the process. Plain JSON. */
export interface RunState {
  readonly version: 1;
  /** Goes into the identity of everything written; a new one after the tables are cleared. */
  readonly runId: string;
  readonly source: DataSource;
  readonly tables: readonly TableName[];
  /** The scenario's rows, or the fleet's metadata, are all written. */
  readonly initialized: boolean;
  /** Everything before this instant is written. */
  readonly writtenTo: string;
  /** A step that was begun: from `writtenTo` up to here. After a crash it is written again, in the same way. */
  readonly pending?: { readonly to: string; readonly mode: WriteMode } | undefined;
  /** Rows before this instant were deleted by retention. */
  readonly trimmedTo?: string | undefined;
}

/** Keeps the state. `save` resolves when it is durable; the last one saved is what `load` gives, in a later process too. */
export interface RunStateStore {
  load(): Promise<RunState | undefined>;
  save(state: RunState): Promise<void>;
  remove(): Promise<void>;
}

/** The first range of a source: a scenario's own, or nothing yet for a fleet. */
function firstRange(source: DataSource): TimeRange {
  if (source.kind === 'scenario') return buildScenario({ scenario: source.name, seed: source.seed, end: source.end }).range;
  const start = toMicros(source.start);
  return { start, end: start };
}

/** What a source generates: the same again in every process. */
export function dataOf(source: DataSource): RangeData {
  if (source.kind === 'scenario') return buildScenario({ scenario: source.name, seed: source.seed, end: source.end });
  return buildData({ seed: source.seed, vessels: source.vessels, rotation: source.rotation, range: firstRange(source) });
}

export function newRun(source: DataSource, tables: readonly TableName[], runId: string): RunState {
  return { version: 1, runId, source, tables, initialized: false, writtenTo: isoMicros(startOf(source)) };
}

function startOf(source: DataSource): Micros {
  return toMicros(source.kind === 'scenario' ? source.end : source.start);
}

/** What a source is called in a message. */
export function describeSource(source: DataSource): string {
  return source.kind === 'scenario'
    ? `the scenario ${source.name} with seed ${source.seed}`
    : `a fleet of ${source.vessels} vessels (${source.rotation}) with seed ${source.seed}`;
}

/**
 * Whether a kept run can go on as what is asked for now.
 *
 * @throws BqsyncError `BQS_USAGE` if it is of another scenario, fleet or seed.
 */
export function requireSame(kept: DataSource, asked: DataSource): void {
  const same =
    kept.kind === 'scenario'
      ? asked.kind === 'scenario' && asked.name === kept.name && asked.seed === kept.seed
      : asked.kind === 'fleet' && asked.vessels === kept.vessels && asked.rotation === kept.rotation && asked.seed === kept.seed;
  if (!same)
    throw new BqsyncError('BQS_USAGE', `the kept state is of ${describeSource(kept)}, not of ${describeSource(asked)}`, {
      hint: 'run reset first, which deletes what was written, or use another state file',
    });
}
