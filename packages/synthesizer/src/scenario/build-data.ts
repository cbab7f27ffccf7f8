import { BqsyncError } from '@bqsync/errors';
import { type CallFilter, type CallInRange, callsInRange, defaultShareOfCalls, portEvents, shareOfCalls } from '../data/port-events.ts';
import { positions } from '../data/positions.ts';
import { defaultSampling, type PositionSampling, samplingOf } from '../data/sampling.ts';
import type { RowsByTable, TableName } from '../data/rows.ts';
import { metadataSnapshot } from '../data/vessel-metadata.ts';
import { Fleet, type FleetOptions } from '../fleet/fleet.ts';
import { hash32, STREAM } from '../random/hash.ts';
import { isoMicros, type TimeRange } from '../time/micros.ts';
import type { RotationName } from '../voyage/rotation.ts';
import type { RecordCounts } from './scenarios.ts';
import { selectCalls } from './select-calls.ts';

/** The data of all three tables for one range; nothing is computed before it is asked for. */
export interface RangeData {
  readonly range: TimeRange;
  /** What sails, before and after the range too. */
  readonly fleet: Fleet;
  /** When positions are reported; goes on after the range. */
  readonly sampling: PositionSampling;
  /**
   * Whether a call is reported. With a count of port events: in the range as many as make the count, outside of it every one; a call
   * that crosses an end of the range is reported on both sides or on neither.
   */
  readonly reported: CallFilter;
  /** The rows of a table, in order of time (metadata: of index), the same at each call. */
  rows<T extends TableName>(table: T): Generator<RowsByTable[T], void, undefined>;
}

export interface DataOptions extends FleetOptions {
  readonly range: TimeRange;
  /** Exact numbers of rows. A table without one has its usual rate; the number of `vessel_metadata` is the size of the fleet. */
  readonly counts?: Partial<RecordCounts> | undefined;
}

/** The dense rotations last: the most plausible one that has enough events is taken. */
const BY_DENSITY: readonly RotationName[] = ['ocean', 'coastal', 'feeder', 'ferry'];
/** Other courses of the voyages to try where one has no choice of whole calls of the wanted size. */
const VARIANTS = 8;

interface ReportingFleet {
  readonly fleet: Fleet;
  readonly reported: CallFilter;
}

const keyOf = (vessel: number, call: number): string => `${vessel}/${call}`;

function chooseCalls(fleet: Fleet, range: TimeRange, count: number): ReportingFleet | undefined {
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
 * The data of a range, in exactly so many rows where `counts` says: positions are spread evenly over the range, and of the port calls so
 * many whole ones are reported that their events in the range add up. Deterministic in its arguments; pure.
 *
 * @throws BqsyncError `BQS_CONFIG_INVALID` for counts that are no whole numbers, or if no rotation of so many vessels has so many events.
 */
export function buildData(options: DataOptions): RangeData {
  const { range, counts = {} } = options;
  for (const [table, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 0)
      throw new BqsyncError('BQS_CONFIG_INVALID', `the number of rows of ${table} is ${count}`, {
        hint: 'give a whole number, 0 or more',
        context: { table },
      });
  const { fleet, reported } = findFleet(options);
  const sampling = counts.vessel_positions === undefined ? defaultSampling(fleet) : samplingOf(range, Math.max(1, counts.vessel_positions));
  const sampled = counts.vessel_positions === 0 ? { start: range.start, end: range.start } : range;
  const tables: { readonly [T in TableName]: () => Generator<RowsByTable[T], void, undefined> } = {
    vessel_positions: () => positions(fleet, sampled, sampling),
    port_events: () => portEvents(fleet, range, reported),
    vessel_metadata: () => metadataSnapshot(fleet, range.end - 1),
  };
  return { range, fleet, sampling, reported, rows: (table) => tables[table]() };
}

function findFleet({ range, counts = {}, rotation, variant, seed, vessels }: DataOptions): ReportingFleet {
  const size = counts.vessel_metadata ?? vessels;
  const wanted = counts.port_events;
  if (wanted === undefined) {
    const fleet = new Fleet({ seed, vessels: size, rotation, variant });
    return { fleet, reported: shareOfCalls(fleet, defaultShareOfCalls(fleet)) };
  }
  for (const name of rotation === undefined ? BY_DENSITY : [rotation])
    for (let attempt = 0; attempt < VARIANTS; attempt++) {
      const fleet = new Fleet({ seed, vessels: size, rotation: name, variant: (variant ?? 0) + attempt });
      const found = chooseCalls(fleet, range, wanted);
      if (found) return found;
    }
  throw new BqsyncError(
    'BQS_CONFIG_INVALID',
    `${size ?? 'the default number of'} vessels do not make ${wanted} port events from ${isoMicros(range.start)} to ${isoMicros(range.end)}`,
    { hint: 'ask for fewer port_events, more vessels or a longer range', context: { table: 'port_events' } },
  );
}
