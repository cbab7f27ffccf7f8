import { BqsyncError } from '@bqsync/errors';
import { positionRow } from '../data/positions.ts';
import type { RowsByTable, TableName, VesselPositionRow } from '../data/rows.ts';
import { hash32, seedWords, type SeedWords, STREAM } from '../random/hash.ts';
import type { RangeData } from '../scenario/build-data.ts';
import { TABLES } from '../tables/definitions.ts';
import { SECOND, toMicros } from '../time/micros.ts';
import { keyOf } from '../writers/row-writer.ts';

/** Faults to put into data, so that a reader of it can be tested. Shares are of the rows, 0 to 1. */
export interface DirtyOptions {
  /** Rows that are written after all others though their time is among them. */
  readonly late?: number | undefined;
  /** Rows that are there twice, equal in every column. */
  readonly duplicates?: number | undefined;
  /** Positions: groups of this many rows, of different vessels, that share one microsecond; `share` of the rows are in one. */
  readonly ties?: { readonly share: number; readonly rows: number } | undefined;
  /** Stretches of this many seconds without a row; `share` of the stretches are empty. */
  readonly gaps?: { readonly share: number; readonly seconds: number } | undefined;
  /** Rows with a NULL in one of the columns. Default columns: destination, draft, status of events, owner. */
  readonly nulls?: number | undefined;
  /** Positions with heading 511, AIS for "not available". */
  readonly sentinels?: number | undefined;
}

/** One fault that was put in: enough to find the row again. */
export interface Defect {
  readonly kind: 'late' | 'duplicate' | 'tie' | 'gap' | 'null' | 'sentinel';
  readonly table: TableName;
  /** The row's key as it was written (for a gap: of the row that is missing), its parts joined by a slash. */
  readonly key: string;
  /** What was changed: the column, or the time that a tied row would have had. */
  readonly detail?: string;
}

const NULL_COLUMNS: { readonly [T in TableName]: readonly (keyof RowsByTable[T] & string)[] } = {
  vessel_positions: ['destination', 'draft', 'heading'],
  port_events: ['status'],
  vessel_metadata: ['owner'],
};

type Purpose = 'late' | 'duplicates' | 'ties' | 'gaps' | 'nulls' | 'sentinels';
const PURPOSES: readonly Purpose[] = ['late', 'duplicates', 'ties', 'gaps', 'nulls', 'sentinels'];

export interface SoiledRows<Row> {
  /** To be read before `late`. */
  readonly rows: Iterable<Row>;
  readonly late: Iterable<Row>;
}

function checked(options: DirtyOptions): DirtyOptions {
  const shares = { ...options, ties: options.ties?.share, gaps: options.gaps?.share };
  for (const [name, share] of Object.entries<number | undefined>(shares))
    if (share !== undefined && !(share >= 0 && share <= 1))
      throw new BqsyncError('BQS_CONFIG_INVALID', `the share of ${name} is ${share}`, { hint: 'give a number from 0 to 1' });
  if (options.gaps !== undefined && !(options.gaps.seconds > 0))
    throw new BqsyncError('BQS_CONFIG_INVALID', `gaps.seconds is ${options.gaps.seconds}`, { hint: 'give a positive number' });
  if (options.ties !== undefined && !(Number.isInteger(options.ties.rows) && options.ties.rows > 1))
    throw new BqsyncError('BQS_CONFIG_INVALID', `ties.rows is ${options.ties.rows}`, { hint: 'give a whole number from 2 on' });
  return options;
}

/**
 * The rows of a table with faults in them, chosen by the seed and each row's key, and each told to `report`: the same faults in the same
 * rows every time. A row carries at most one fault besides a tie.
 *
 * @throws BqsyncError `BQS_CONFIG_INVALID` for shares outside 0 to 1, or ties of more rows than there are vessels.
 */
export function soil<T extends TableName>(
  table: T,
  data: RangeData,
  options: DirtyOptions,
  report: (defect: Defect) => void,
): SoiledRows<RowsByTable[T]> {
  checked(options);
  if ((options.ties?.rows ?? 0) > data.fleet.size)
    throw new BqsyncError(
      'BQS_CONFIG_INVALID',
      `ties of ${options.ties?.rows} rows need as many vessels, and there are ${data.fleet.size}`,
      { hint: 'use a larger fleet' },
    );
  const late: RowsByTable[T][] = [];
  return { rows: soiled(table, data, options, report, late), late };
}

function* soiled<T extends TableName>(
  table: T,
  data: RangeData,
  options: DirtyOptions,
  report: (defect: Defect) => void,
  late: RowsByTable[T][],
): Generator<RowsByTable[T], void, undefined> {
  const definition = TABLES[table];
  const chance = (purpose: Purpose, key: string): number => draw(data.fleet.words, purpose, key);
  const source: Iterable<RowsByTable[T]> =
    table === 'vessel_positions' && options.ties !== undefined
      ? (tied(data, options.ties, report) as Iterable<RowsByTable[T]>)
      : data.rows(table);
  for (const row of source) {
    const key = keyOf(definition, row);
    const fault = (kind: Defect['kind'], detail?: string): void =>
      report({ kind, table, key, ...(detail === undefined ? {} : { detail }) });
    const { gaps } = options;
    // Gaps are of time: in a table without time of its own there are none.
    if (gaps !== undefined && table !== 'vessel_metadata') {
      const at = toMicros((row as unknown as Record<string, string>)[definition.timeColumn] ?? '');
      if (chance('gaps', String(Math.floor(at / (gaps.seconds * SECOND)))) < gaps.share) {
        fault('gap');
        continue;
      }
    }
    if (chance('late', key) < (options.late ?? 0)) {
      fault('late');
      late.push(row);
    } else if (chance('duplicates', key) < (options.duplicates ?? 0)) {
      fault('duplicate');
      yield row;
      yield { ...row };
    } else if (chance('nulls', key) < (options.nulls ?? 0)) {
      const columns = NULL_COLUMNS[table];
      const column = columns[hash32(seedWords(key), STREAM.dirty, 0, 0) % columns.length] as keyof RowsByTable[T] & string;
      fault('null', column);
      yield { ...row, [column]: null };
    } else if (table === 'vessel_positions' && chance('sentinels', key) < (options.sentinels ?? 0)) {
      fault('sentinel', 'heading');
      yield { ...row, heading: 511 };
    } else yield row;
  }
}

function draw(seed: SeedWords, purpose: Purpose, key: string): number {
  const words = seedWords(key);
  return hash32({ low: seed.low ^ words.low, high: seed.high ^ words.high }, STREAM.dirty, PURPOSES.indexOf(purpose), 0) / 4294967296;
}

/** Moves groups of neighbouring reports, which are of different vessels, to the time of the first; each is where it is at that time. */
function* tied(
  data: RangeData,
  ties: { readonly share: number; readonly rows: number },
  report: (defect: Defect) => void,
): Generator<VesselPositionRow, void, undefined> {
  const { fleet } = data;
  const indexes = new Map<string, number>();
  for (let index = 0; index < fleet.size; index++) indexes.set(fleet.vessel(index).mmsi, index);
  let at: string | undefined;
  let left = 0;
  for (const row of data.rows('vessel_positions')) {
    if (left === 0 && draw(fleet.words, 'ties', `${row.mmsi}/${row.timestamp}`) < ties.share / ties.rows) {
      at = row.timestamp;
      left = ties.rows;
    }
    if (left === 0 || at === undefined) {
      yield row;
      continue;
    }
    left--;
    const moved = row.timestamp === at ? row : positionRow(fleet, indexes.get(row.mmsi) ?? 0, toMicros(at));
    report({ kind: 'tie', table: 'vessel_positions', key: keyOf(TABLES.vessel_positions, moved), detail: row.timestamp });
    yield moved;
  }
}
