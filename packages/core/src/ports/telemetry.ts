import type { BqsyncError } from '@bqsync/errors';
import type { CommitOutcome } from './sink.ts';
import type { WindowRequest } from './source.ts';
import type { Phase } from './state.ts';
import type { Micros } from './time.ts';

/** Everything that an engine reports, once each. Feeds logs, metrics, commands and pages. Never a row's content. */
export type SyncEvent = { readonly tableId: string } & (
  | { readonly type: 'started'; readonly resumed: boolean }
  /** `filtered`: as in the description. `notices`: the target's; `sourceNotices`: the description's, which a source may also say itself. */
  | {
      readonly type: 'prepared';
      readonly created: boolean;
      readonly filtered: boolean;
      readonly notices: readonly string[];
      readonly sourceNotices: readonly string[];
    }
  | {
      readonly type: 'generation';
      /** Undefined: the table was not synced before. */
      readonly from: string | undefined;
      readonly to: string;
      /** At most what reading the whole table costs, at the table's prices. Undefined: the source does not say, or does not bill. */
      readonly wholeRead: { readonly bytesBilled: number; readonly usd: number } | undefined;
    }
  | { readonly type: 'outlined'; readonly windows: number; readonly rows: number; readonly bytes: number }
  | {
      readonly type: 'window-opened';
      readonly request: WindowRequest;
      readonly snapshot: Micros;
      readonly totalRows: number;
      readonly bytesScanned: number;
      readonly bytesBilled: number;
      readonly resumed: boolean;
    }
  | {
      readonly type: 'committed';
      readonly windowId: string;
      readonly rows: number;
      readonly rowsDone: number;
      readonly totalRows: number;
      readonly outcome: CommitOutcome;
      readonly phase: Phase;
      readonly durationMs: number;
    }
  | {
      readonly type: 'window-completed';
      readonly windowId: string;
      readonly rows: number;
      readonly watermark: string | null;
      readonly late: number;
    }
  | { readonly type: 'stale-deleted'; readonly rows: number }
  | { readonly type: 'poll-skipped' }
  | { readonly type: 'caught-up' }
  | { readonly type: 'budget-paused'; readonly spentBytes: number; readonly limitBytes: number }
  | { readonly type: 'retrying'; readonly error: BqsyncError; readonly attempt: number; readonly delayMs: number }
  | { readonly type: 'failed'; readonly error: BqsyncError; readonly retryInMs: number | undefined }
  | { readonly type: 'stopped' }
);

export interface Telemetry {
  /** Must not throw and must be quick. */
  event(event: SyncEvent): void;
}
