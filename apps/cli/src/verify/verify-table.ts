import { type CursorRange, type TableDescription, usdOf } from '@bqsync/core';
import { compareRows, type RowComparison } from './compare-rows.ts';
import { compareSums, type SumComparison } from './compare-sums.ts';
import { clipRanges, type Day, holdDay, rangesOfDays } from './days.ts';
import { verifyRanges } from './ranges.ts';
import { storedContent } from './stored-content.ts';
import type { Verdict } from './verdict.ts';
import { type Prepared, prepareTable, type VerifyInput } from './verify-input.ts';

/** Queries to compare rows by, at most: each is billed for 10 MB at least. */
const MAX_RANGES = 8;

/** A verdict with what a repair needs to know. */
export interface Verification {
  readonly verdict: Verdict;
  readonly description: TableDescription;
  /** Days with a row that is missing, extra or different. */
  readonly alarmed: readonly Day[];
  /** Extra rows that nothing but a hand can delete. */
  readonly extraNotText: number;
}

/**
 * Compares a table with its target, each way, and misses no row that differs: both sides are added up day by day, and rows are compared, by key, on the
 * days whose sums differ. Where the target is declared so that sums cannot be compared, every row is. Writes nothing.
 *
 * @throws `BQS_TARGET_MISSING`, `BQS_TARGET_INCOMPATIBLE`; what source and target throw.
 */
export async function verifyTable(input: VerifyInput): Promise<Verification> {
  const { source, table, retry, signal } = input;
  const prepared = await prepareTable(input);
  const { description, plan, shape, key } = prepared;
  const content = storedContent(plan, shape, key, description.columns);
  if (input.everyRow || 'without' in content) {
    const layout = await retry(() => verifyRanges(source, table, description, signal));
    const rows = await compareRows(input, prepared, layout.ranges, undefined);
    const method = 'without' in content ? `row by row: column ${content.without.name} as it is stored has no checksum` : 'row by row';
    return verdictOf(input, prepared, undefined, rows, { ...layout, method });
  }

  const sums = await compareSums(input, prepared, content.read);
  const method = `by checksums of ${sums.days.length} ${sums.days.length === 1 ? 'day' : 'days'}, ${sums.differing.length} of which differ`;
  if (sums.differing.length === 0) return verdictOf(input, prepared, sums, undefined, { ...sums, method });
  const rowsOf = new Map(sums.days.map(({ day, rows }) => [day, rows]));
  const limits = { prunable: description.prunable, limit: MAX_RANGES, rowsOf: (day: string) => rowsOf.get(day) ?? 0 };
  const clipped = clipRanges(rangesOfDays(sums.differing, limits), table.sync.startTimestamp);
  // Days below the configured start need not be read: nothing of them belongs in the target.
  const ranges: readonly CursorRange[] = clipped.length > 0 ? clipped : [{ from: undefined, to: undefined, nulls: 'only' }];
  const differing = new Set(sums.differing);
  const isRead = (day: Day): boolean => differing.has(day) || holdDay(ranges, day);
  const rows = await compareRows(input, prepared, ranges, isRead);
  return verdictOf(input, prepared, { ...sums, days: sums.days.filter(({ day }) => !isRead(day)) }, rows, { ...sums, method });
}

/** Puts together what is known by sums and what by rows: `sums` without the days whose rows were compared. */
async function verdictOf(
  input: VerifyInput,
  { description, plan }: Prepared,
  sums: SumComparison | undefined,
  rows: RowComparison | undefined,
  cost: { readonly bytesScanned: number; readonly bytesBilled: number; readonly method: string },
): Promise<Verification> {
  const equal = { rows: 0, distinct: 0 };
  for (const day of sums?.days ?? []) {
    equal.rows += day.rows;
    equal.distinct += day.distinct;
  }
  const below = await countExcluded(input, description);
  const billed = {
    bytesBilled: cost.bytesBilled + (rows?.bytesBilled ?? 0) + below.bytesBilled,
    bytesByReadApi: rows?.bytesByReadApi ?? 0,
  };
  const [missing, different, extra] = [rows?.missing ?? 0, rows?.different ?? 0, rows?.extra ?? 0];
  return {
    description,
    alarmed: rows?.alarmed ?? [],
    extraNotText: rows?.extraNotText ?? 0,
    verdict: {
      table: input.table.id,
      exact: missing === 0 && different === 0 && extra === 0,
      filtered: description.filtered === true,
      snapshot: rows?.snapshot ?? sums?.snapshot ?? '',
      source: equal.rows + (rows?.rows ?? 0) + below.rows,
      target: rows?.targetRows ?? sums?.targetRows ?? 0,
      applied: equal.distinct + (rows?.applied ?? 0),
      quarantined: rows?.quarantined ?? 0,
      duplicates: equal.rows - equal.distinct + (rows?.duplicates ?? 0),
      excluded: below.rows,
      pending: rows?.pending ?? 0,
      missing,
      different,
      extra,
      newer: rows?.newer ?? 0,
      method: cost.method,
      coverage: rows?.coverage ?? 'every day adds up to the same on both sides',
      examples: rows?.examples ?? [],
      notices: [...(description.notices ?? []), ...plan.notices],
      bytesScanned: cost.bytesScanned + (rows?.bytesScanned ?? 0) + below.bytesScanned,
      ...billed,
      usd: usdOf(billed, input.table.cost),
    },
  };
}

async function countExcluded(
  { source, table, retry, signal }: VerifyInput,
  description: TableDescription,
): Promise<{ readonly rows: number; readonly bytesScanned: number; readonly bytesBilled: number }> {
  const start = table.sync.startTimestamp;
  if (start === undefined) return { rows: 0, bytesScanned: 0, bytesBilled: 0 };
  return retry(() => source.count(table, description, { from: undefined, to: start, nulls: 'exclude' }, signal));
}
