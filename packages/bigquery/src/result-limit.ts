import { BqsyncError } from '@bqsync/errors';
import { windowQuery } from '@bqsync/query';
import { tableName } from './describe.ts';
import { digestOf } from './handle.ts';
import { dryRun } from './job.ts';
import type { Opening, Windows } from './opening.ts';

/** What BigQuery keeps of a query's result without a destination table, compressed. https://cloud.google.com/bigquery/quotas#query_jobs */
const RESULT_BYTES = 10 * 2 ** 30;
/** After this long a statement whose result was too large is tried again: rows may have been deleted. */
const REMEMBERED_MS = 24 * 3_600_000;

/** Remembers statements whose results were too large, so that they are not sent again. */
export class ResultLimit {
  readonly #now: () => number;
  readonly #until = new Map<string, number>();

  /** `now`: milliseconds that never step back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  remember(sql: string): void {
    this.#until.set(digestOf(sql), this.#now() + REMEMBERED_MS);
  }

  forbids(sql: string): boolean {
    return (this.#until.get(digestOf(sql)) ?? 0) > this.#now();
  }
}

/** Why a window is read by a query and not by a read session over the table. */
export interface ByQuery {
  readonly why: string;
  /** What would have it read by a session. */
  readonly wayOut: string;
  /** Whether that may happen by itself. */
  readonly passes: boolean;
  /** What the attempt at a session failed with. */
  readonly error?: BqsyncError | undefined;
  /** An attempt failed some minutes ago: worth another where a query is no way out. */
  readonly failedLately?: boolean | undefined;
}

/** The size of a result that is larger than BigQuery keeps, for people; undefined: the window's query may be sent. Free. */
export async function excessOf(
  windows: Pick<Windows, 'transport' | 'resultLimit'>,
  opening: Opening,
  rows: number | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const bytes = await resultBytes(windows, opening, rows, signal);
  if (bytes !== undefined && bytes > RESULT_BYTES) return `about ${(bytes / 2 ** 30).toFixed(1)} GB`;
  return windows.resultLimit.forbids(opening.query.statement.sql) ? 'more than that' : undefined;
}

/**
 * Refuses a window whose query cannot succeed, before it is sent: its result would be larger than BigQuery keeps.
 *
 * @param rows - of the window; absent: known only for a window of all rows
 * @throws `BQS_SOURCE_RESULT_LIMIT`, or what the read session failed with
 */
export async function refuseTooLarge(
  windows: Pick<Windows, 'transport' | 'resultLimit'>,
  opening: Opening,
  byQuery: ByQuery,
  rows: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { table } = opening;
  const size = await excessOf(windows, opening, rows, signal);
  if (size === undefined) return;
  const limit = `the result of a query holds at most 10 GB, compressed, and these rows are ${size}`;
  const { error } = byQuery;
  throw new BqsyncError(
    error?.code ?? 'BQS_SOURCE_RESULT_LIMIT',
    error === undefined
      ? `a window of ${tableName(table)} cannot be read by a query: ${limit}; a read session is not used because ${byQuery.why}`
      : `${error.message}; a query is not tried instead: ${limit}`,
    {
      hint: error?.hint ?? byQuery.wayOut,
      retryable: error?.retryable ?? byQuery.passes,
      retryAfterMs: error?.retryAfterMs,
      context: { ...error?.context, table: tableName(table), tableId: table.id },
      cause: error,
    },
  );
}

/** About how large the result of a window's query is, compressed; undefined: small enough, or not known without paying for it. */
async function resultBytes(
  { transport }: Pick<Windows, 'transport'>,
  { table, description, request, query }: Opening,
  rows: number | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { probe, compression, columns } = description;
  const { from, to, nulls } = request.range;
  const isWhole = from === undefined && to === undefined && nulls === 'include';
  const held = rows ?? (isWhole ? probe.rowCount : undefined);
  if (probe.bytes * compression <= RESULT_BYTES || held === undefined || query.selection === undefined) return undefined;
  const all = windowQuery({
    table: table.source,
    columns: columns.map(({ name }) => name),
    ...query.selection,
    range: { nulls: 'include' },
    ordinal: false,
  });
  const selected = await dryRun(transport, { ...query, statement: all, doing: 'estimate a window' }, signal);
  return (selected * compression * held) / Math.max(1, probe.rowCount);
}
