import type { UsageReport } from '@bqsync/local-bigquery';
import { VERDICT_LABELS } from './verdict/sides.ts';

/** What a run cost, by the local BigQuery's own account of its jobs. */
export interface Cost {
  /** Scanned by the sync, verification apart. */
  readonly bytesScanned: number;
  /** The same at BigQuery's minimum of 10 MB a table and query; there is none for read sessions. */
  readonly bytesBilled: number;
  readonly backfillBytes: number;
  readonly verifyBytes: number;
}

/** Every job that is not the verdict's or the synthesizer's counts as the sync's, labelled or not: nothing it reads can hide. */
export function costOf(total: UsageReport, before: UsageReport): Cost {
  const of = (report: UsageReport, key: string, value: string) => report.labels[key]?.[value] ?? { bytesProcessed: 0, bytesBilled: 0 };
  const sum = (report: UsageReport): Cost => {
    const verdict = of(report, 'bqsync_demo', VERDICT_LABELS.bqsync_demo);
    const verify = of(report, 'bqsync_kind', 'verify');
    // Only the sync reads by sessions.
    const { bytesRead: read, traces } = report.storageRead;
    const backfill = Object.entries(traces).filter(([traceId]) => traceId.endsWith(':backfill'));
    return {
      bytesScanned: report.bytesProcessed + read - verdict.bytesProcessed - verify.bytesProcessed,
      bytesBilled: report.bytesBilled + read - verdict.bytesBilled - verify.bytesBilled,
      backfillBytes: of(report, 'bqsync_kind', 'backfill').bytesProcessed + backfill.reduce((bytes, [, each]) => bytes + each, 0),
      verifyBytes: verdict.bytesProcessed + verify.bytesProcessed,
    };
  };
  const [now, then] = [sum(total), sum(before)];
  return {
    bytesScanned: now.bytesScanned - then.bytesScanned,
    bytesBilled: now.bytesBilled - then.bytesBilled,
    backfillBytes: now.backfillBytes - then.backfillBytes,
    verifyBytes: now.verifyBytes - then.verifyBytes,
  };
}
