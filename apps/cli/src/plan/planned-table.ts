import type { BigQueryDescription, BigQuerySource } from '@bqsync/bigquery';
import {
  BACKFILL_LIMITS,
  beginGeneration,
  type CursorRange,
  decide,
  formatInstant,
  generationOf,
  micros,
  MINIMUM_BYTES_BILLED,
  type Observation,
  parseInstant,
  type ReadsPerDay,
  readsPerDay,
  schemaChange,
  schemaHashOf,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  targetKeyOf,
  usdOf,
  type WindowKind,
} from '@bqsync/core';
import { outlineQuery } from '@bqsync/query';

/** One query that would be sent. */
export interface PlannedQuery {
  readonly kind: WindowKind | 'outline' | 'poll';
  readonly sql: string;
  /** Bounds of the cursor: inclusive, exclusive; null: none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly nulls: CursorRange['nulls'];
  /** By the table's metadata; null where that does not tell. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly billedBytes: number;
  /** Whether a session of the Storage Read API reads the rows instead of the query, at its own price and without a minimum. */
  readonly byReadApi: boolean;
  readonly usd: number;
}

/** What an up-to-date table costs. */
export interface TailCost {
  /** A day. */
  readonly polls: number;
  readonly sweeps: number;
  readonly billedBytesPerDay: number;
  readonly usdPerDay: number;
  /** Of 30 days. */
  readonly usdPerMonth: number;
}

export interface PlannedTable {
  readonly description: BigQueryDescription;
  readonly key: TargetKey;
  /** Where the sync stands, by the plugin's state or as if it had none. */
  readonly stage: 'new' | 'backfill' | 'tail';
  /** Whether rows were synced before of what is another table or mapping by now, so that it begins again. */
  readonly isRescan: boolean;
  /** How far its newest cursor lay ahead of BigQuery's clock when the table was last written, in seconds; below 0: behind it. Absent: not known. */
  readonly cursorLeadSeconds?: number | undefined;
  /** What would be read next, in order. */
  readonly next: readonly PlannedQuery[];
  /** The windows that a large backfill is cut into, at least; 1 for one that is not cut. */
  readonly windows: number;
  /** What the whole backfill reads, from the first row on. */
  readonly backfill: readonly PlannedQuery[];
  /** A poll after the backfill, and the sweep for late rows that takes its place now and then. */
  readonly poll: PlannedQuery;
  readonly sweep: PlannedQuery;
  /** Billed reads of the table once it is up to date: at least, if it never changes, and at most, if it always has; within the budget of a day. */
  readonly tail: { readonly least: TailCost; readonly most: TailCost };
}

export interface PlanInput {
  readonly source: BigQuerySource;
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly progress: TableProgress | undefined;
  readonly signal: AbortSignal;
}

const DAYS_PER_MONTH = 30;

/** Everything a table's sync would send, by free dry runs. The decisions are the engine's own. */
export async function planTable(input: PlanInput): Promise<PlannedTable> {
  const { table, description } = input;
  const key = targetKeyOf(table, description);
  const known = sameGeneration(input, key);
  const begin = newProgress(table, description, key);
  const backfill = await backfillQueries(input, begin);
  const next =
    known === undefined ? backfill : known.stage === 'backfill' ? await backfillQueries(input, known) : await tailQueries(input, known);
  const frontier = known?.frontier ?? null;
  const newest = (frontier === null ? undefined : parseInstant(frontier)) ?? description.probe.modifiedAt;
  const late = micros(newest - BigInt(Math.round(table.sync.latenessSeconds * 1e6)));
  const poll = await query(input, 'poll', { from: newest, to: undefined, nulls: 'exclude' }, null);
  const sweep = await query(input, 'sweep', { from: late, to: undefined, nulls: 'exclude' }, null);
  const { least, most } = readsPerDay(table.sync);
  return {
    description,
    key,
    stage: known?.stage ?? 'new',
    cursorLeadSeconds: cursorLead(description, known),
    isRescan: known === undefined && input.progress?.firstSnapshot != null,
    next,
    windows: windowsOf(description),
    backfill,
    poll,
    sweep,
    tail: { least: tailCost(least, poll, sweep, table), most: tailCost(most, poll, sweep, table) },
  };
}

export function tailCost({ polls, sweeps }: ReadsPerDay, poll: PlannedQuery, sweep: PlannedQuery, { cost }: TableSpec): TailCost {
  const billed = polls * poll.billedBytes + sweeps * sweep.billedBytes;
  const billedBytesPerDay = Math.min(billed, cost.maxBytesPerDay ?? billed);
  const usdPerDay = billed === 0 ? 0 : (polls * poll.usd + sweeps * sweep.usd) * (billedBytesPerDay / billed);
  return { polls, sweeps, billedBytesPerDay, usdPerDay, usdPerMonth: DAYS_PER_MONTH * usdPerDay };
}

/** The stored progress if it is of this very table and mapping: of another, the plugin begins again. */
function sameGeneration({ table, description, progress }: PlanInput, key: TargetKey): TableProgress | undefined {
  if (progress?.generation !== generationOf(table, description, key, progress?.epoch ?? 0)) return undefined;
  // A column that was renamed, dropped or retyped has all rows read again.
  return schemaChange(progress.schemaHash, description.columns) === 'other' ? undefined : progress;
}

/** By what the plugin has read and stored: nothing is billed. A DATE tells no hours. */
function cursorLead({ cursorType }: BigQueryDescription, progress: TableProgress | undefined): number | undefined {
  const seen = progress?.seen;
  if (cursorType === 'DATE' || seen == null || progress?.maxCursor == null) return undefined;
  const newest = parseInstant(progress.maxCursor);
  // What streams in shows in the time of the last change only later.
  const written = parseInstant(seen.streaming ? seen.openedAt : seen.modifiedAt);
  return newest === undefined || written === undefined ? undefined : Number(newest - written) / 1e6;
}

function newProgress(table: TableSpec, description: BigQueryDescription, key: TargetKey): TableProgress {
  const generation = generationOf(table, description, key, 0);
  return beginGeneration({ tableId: table.id, generation, epoch: 0 }, schemaHashOf(description.columns), false);
}

async function backfillQueries(input: PlanInput, from: TableProgress): Promise<readonly PlannedQuery[]> {
  const { table, description } = input;
  const queries: PlannedQuery[] = [];
  let progress = from;
  for (;;) {
    const command = decide(progress, observation(description, undefined), table.sync);
    if (command.do === 'outline') {
      // Listing the partitions is billed, so what they would be cut into is only counted here.
      queries.push(outline(input), await query(input, 'backfill', rest(progress, table), description.probe.rowCount));
      return queries;
    }
    if (command.do !== 'open') return queries;
    const onlyNulls = command.range.nulls === 'only';
    queries.push(await query(input, command.kind, command.range, onlyNulls ? null : rowsFrom(input, command.range)));
    if (!onlyNulls) return queries;
    progress = { ...progress, nullsDone: true };
  }
}

async function tailQueries(input: PlanInput, progress: TableProgress): Promise<readonly PlannedQuery[]> {
  const command = decide(progress, observation(input.description, undefined), input.table.sync);
  return command.do === 'open' ? [await query(input, command.kind, command.range, null)] : [];
}

function observation({ probe, prunable }: BigQueryDescription, sinceOpenMs: number | undefined): Observation {
  return { probe, prunable, outline: undefined, sinceOpenMs, sinceSweepMs: undefined, thorough: false };
}

function rest(progress: TableProgress, table: TableSpec): CursorRange {
  const from = progress.frontier === null ? table.sync.startTimestamp : parseInstant(progress.frontier);
  return { from, to: undefined, nulls: 'exclude' };
}

function rowsFrom({ description }: PlanInput, range: CursorRange): number | null {
  return range.from === undefined ? description.probe.rowCount : null;
}

function windowsOf({ probe, prunable }: BigQueryDescription): number {
  if (!prunable) return 1;
  return Math.max(1, Math.ceil(probe.rowCount / BACKFILL_LIMITS.maxRows), Math.ceil(probe.bytes / BACKFILL_LIMITS.maxBytes));
}

function outline({ table }: PlanInput): PlannedQuery {
  return {
    kind: 'outline',
    sql: outlineQuery(table.source).sql,
    from: null,
    to: null,
    nulls: 'include',
    rows: null,
    bytes: 0,
    billedBytes: MINIMUM_BYTES_BILLED,
    byReadApi: false,
    usd: usdOf({ bytesBilled: MINIMUM_BYTES_BILLED }, table.cost),
  };
}

async function query(
  { source, table, description, signal }: PlanInput,
  kind: WindowKind | 'poll',
  range: CursorRange,
  rows: number | null,
): Promise<PlannedQuery> {
  const { sql, bytes, billedBytes, bytesByReadApi, byReadApi } = await source.estimate(
    table,
    description,
    { kind: kind === 'poll' ? 'tail' : kind, range },
    signal,
  );
  return {
    kind,
    sql,
    from: range.from === undefined ? null : formatInstant(range.from),
    to: range.to === undefined ? null : formatInstant(range.to),
    nulls: range.nulls,
    rows,
    bytes,
    billedBytes,
    byReadApi,
    usd: usdOf({ bytesBilled: billedBytes, bytesByReadApi }, table.cost),
  };
}
