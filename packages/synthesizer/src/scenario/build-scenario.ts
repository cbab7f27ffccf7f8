import { BqsyncError } from '@bqsync/errors';
import { type CallFilter, type CallInRange, callsInRange, portEvents } from '../data/port-events.ts';
import { type PositionSampling, positions, samplingOf } from '../data/positions.ts';
import type { RowsByTable, TableName } from '../data/rows.ts';
import { metadataSnapshot } from '../data/vessel-metadata.ts';
import { Fleet } from '../fleet/fleet.ts';
import { hash32, STREAM } from '../random/hash.ts';
import { type InstantInput, isoMicros, type TimeRange, timeRange, toMicros } from '../time/micros.ts';
import type { RotationName } from '../voyage/rotation.ts';
import { type Scenario, type ScenarioName, scenarioNamed, type RecordCounts } from './scenarios.ts';
import { selectCalls } from './select-calls.ts';

/** Data of all three tables for one range, of exactly so many rows; nothing is computed before it is asked for. */
export interface CountedData {
  readonly range: TimeRange;
  readonly counts: RecordCounts;
  /** What sails, before and after the range too. */
  readonly fleet: Fleet;
  /** When positions are reported; goes on after the range. */
  readonly sampling: PositionSampling;
  /**
   * Whether a call is reported: in the range as many as the counts want, outside of it every one; a call that crosses an end of the
   * range is reported on both sides or on neither.
   */
  readonly reported: CallFilter;
  /** The rows of a table, in order of time (metadata: of index), the same at each call. */
  rows<T extends TableName>(table: T): Generator<RowsByTable[T], void, undefined>;
}

export interface ScenarioData extends CountedData {
  readonly scenario: Scenario;
}

export interface ScenarioOptions {
  readonly scenario: ScenarioName | Scenario;
  readonly seed?: string | number | undefined;
  /** Where the scenario ends; no row is at or after it. */
  readonly end: InstantInput;
}

/** The dense rotations last: the most plausible one that has enough events is taken. */
const BY_DENSITY: readonly RotationName[] = ['ocean', 'coastal', 'feeder', 'ferry'];
/** Other courses of the voyages to try where one has no choice of whole calls of the wanted size. */
const VARIANTS = 8;

interface CountedFleet {
  readonly fleet: Fleet;
  readonly reported: CallFilter;
}

const keyOf = (vessel: number, call: number): string => `${vessel}/${call}`;

function chooseCalls(fleet: Fleet, range: TimeRange, count: number): CountedFleet | undefined {
  const calls: CallInRange[] = [];
  for (let vessel = 0; vessel < fleet.size; vessel++) calls.push(...callsInRange(fleet, vessel, range));
  const rank = ({ vessel, call }: CallInRange): number => hash32(fleet.words, STREAM.reported, vessel, call);
  calls.sort((a, b) => rank(a) - rank(b) || a.vessel - b.vessel || a.call - b.call);
  const chosen = selectCalls(calls, count);
  if (chosen === undefined) return undefined;
  const left = new Set(calls.map(({ vessel, call }) => keyOf(vessel, call)));
  for (const { vessel, call } of chosen) left.delete(keyOf(vessel, call));
  return { fleet, reported: (vessel, call) => !left.has(keyOf(vessel, call)) };
}

/**
 * The data of a range in exactly the given numbers of rows: `vessel_metadata` is the size of the fleet, positions are spread evenly over
 * the range, and of the port calls so many whole ones are reported that their events in the range add up.
 * Deterministic in its arguments; pure.
 *
 * @throws BqsyncError `BQS_CONFIG_INVALID` if no rotation of so many vessels has so many events in the range.
 */
export function buildCounted(options: {
  readonly range: TimeRange;
  readonly counts: RecordCounts;
  readonly seed?: string | number | undefined;
  /** Default: the least dense that has enough events. */
  readonly rotation?: RotationName | undefined;
}): CountedData {
  const { range, counts } = options;
  for (const [table, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 0)
      throw new BqsyncError('BQS_CONFIG_INVALID', `the number of rows of ${table} is ${count}`, {
        hint: 'give a whole number, 0 or more',
        context: { table },
      });
  const { fleet, reported } = findFleet(options);
  const sampling = samplingOf(range, Math.max(1, counts.vessel_positions));
  const tables: { readonly [T in TableName]: () => Generator<RowsByTable[T], void, undefined> } = {
    vessel_positions: () => positions(fleet, counts.vessel_positions === 0 ? { start: range.start, end: range.start } : range, sampling),
    port_events: () => portEvents(fleet, range, reported),
    vessel_metadata: () => metadataSnapshot(fleet, range.end - 1),
  };
  return { range, counts, fleet, sampling, reported, rows: (table) => tables[table]() };
}

function findFleet({ range, counts, seed, rotation }: Parameters<typeof buildCounted>[0]): CountedFleet {
  for (const name of rotation === undefined ? BY_DENSITY : [rotation])
    for (let variant = 0; variant < VARIANTS; variant++) {
      const fleet = new Fleet({ seed, vessels: counts.vessel_metadata, rotation: name, variant });
      const found = chooseCalls(fleet, range, counts.port_events);
      if (found) return found;
    }
  throw new BqsyncError(
    'BQS_CONFIG_INVALID',
    `${counts.vessel_metadata} vessels make fewer than ${counts.port_events} port events from ${isoMicros(range.start)} to ${isoMicros(range.end)}`,
    { hint: 'ask for fewer port_events, more vessels or a longer range', context: { table: 'port_events' } },
  );
}

/**
 * The exact rows of a scenario. The same scenario, seed and end give the same rows, for ever and without any state.
 *
 * @throws BqsyncError `BQS_USAGE` for an unknown scenario or an end that is no instant.
 * @example
 * const data = buildScenario({ scenario: 'small', seed: 7, end: '2026-08-01T12:00:00Z' });
 * for (const row of data.rows('port_events')) console.log(row.event_type, row.port_name);
 */
export function buildScenario(options: ScenarioOptions): ScenarioData {
  const scenario = typeof options.scenario === 'string' ? scenarioNamed(options.scenario) : options.scenario;
  const end = toMicros(options.end);
  const range = timeRange(end - scenario.duration, end);
  return { scenario, ...buildCounted({ range, counts: scenario.counts, seed: options.seed, rotation: scenario.rotation }) };
}
