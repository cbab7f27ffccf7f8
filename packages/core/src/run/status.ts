import type { ErrorCode } from '@bqsync/errors';
import type { Counters, InstantText, Phase } from '../ports/state.ts';

export type EngineState =
  /** Not started, or stopped. */
  | 'stopped'
  /** Reading and writing, or about to. */
  | 'syncing'
  /** Everything known is in the target; polling. */
  | 'caught-up'
  /** The last step failed and will be tried again soon. */
  | 'retrying'
  /** Tries are used up or the error is final; tried again at most every five minutes while started. */
  | 'failed'
  /** The daily budget is used up. */
  | 'paused';

/** A table's state for people and machines. Plain data, safe to show: no row content, no credentials. */
export interface TableStatus {
  readonly tableId: string;
  readonly state: EngineState;
  readonly stage: 'backfill' | 'tail' | undefined;
  readonly phase: Phase | undefined;
  /** Seconds that the oldest known missing row is old; 0 when caught up, undefined while unknown. */
  readonly lagSeconds: number | undefined;
  /** Upper limit of rows per commit now. */
  readonly batchSize: number | undefined;
  readonly watermark: string | null;
  readonly snapshot: InstantText | null;
  /** The window in hand. */
  readonly window: { readonly windowId: string; readonly rowsDone: number; readonly totalRows: number } | undefined;
  readonly counters: Counters | undefined;
  /** As configured: how late a row may come and still be found by a sweep. */
  readonly latenessSeconds: number;
  /** Bytes billed on the current UTC day. */
  readonly bytesBilledToday: number;
  /** US dollars for all that `counters` says was billed, at the table's prices (`usdOf`). */
  readonly usd: number;
  /** Calls of the source's API by this process since it made the source; undefined: the source does not count them. */
  readonly apiCalls: number | undefined;
  /** What keeps the copy from being all that the source holds, and what the target stores otherwise. */
  readonly notices: readonly string[];
  readonly lastError:
    | { readonly code: ErrorCode; readonly message: string; readonly hint?: string | undefined; readonly attempts: number }
    | undefined;
  /** Time until the next try or poll, from when the status was taken. */
  readonly nextTryInMs: number | undefined;
}
