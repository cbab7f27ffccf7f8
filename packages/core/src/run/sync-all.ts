import { toBqsyncError } from '@bqsync/errors';
import { randomUUID } from 'node:crypto';
import { type OrchestratorOptions, SyncOrchestrator } from './sync-orchestrator.ts';
import type { Worker } from './worker.ts';

export interface SyncAllOptions extends Omit<OrchestratorOptions, 'worker' | 'thorough'> {
  readonly worker?: Worker;
  readonly signal?: AbortSignal;
}

export interface TableResult {
  readonly status: 'success' | 'failed';
  /** Rows inserted or updated in the target so far, in this run and those before it. */
  readonly rows: number;
  /** Every row with a smaller cursor that was visible is in the target; null before the first row. */
  readonly watermark: string | null;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string | undefined };
}

/**
 * Syncs every table until each has caught up with what its source showed at the call, late rows included, and returns the outcome by table.
 * One table's failure leaves the others alone. May be called again at any time: it goes on where the last run ended.
 *
 * @example
 * const results = await syncAll({ tables, source, sink, state });
 * if (results['ports']?.status === 'failed') console.error(results['ports'].error);
 */
export async function syncAll(options: SyncAllOptions): Promise<Record<string, TableResult>> {
  const { signal, worker = { workerId: 'sync-all', nodeId: 0, bootId: randomUUID() }, ...shared } = options;
  const orchestrator = new SyncOrchestrator({ ...shared, worker, thorough: true });
  const errors = new Map<string, unknown>();
  await Promise.all(
    options.tables.map(async ({ id }) => {
      try {
        await orchestrator.runUntilCaughtUp(id, signal);
      } catch (error) {
        errors.set(id, error);
      }
    }),
  );
  const results: Record<string, TableResult> = {};
  for (const status of orchestrator.getStatus()) {
    const { tableId, counters, watermark } = status;
    const rows = (counters?.inserted ?? 0) + (counters?.updated ?? 0);
    if (!errors.has(tableId)) {
      results[tableId] = { status: 'success', rows, watermark };
      continue;
    }
    const { code, message, hint } = toBqsyncError(errors.get(tableId));
    results[tableId] = { status: 'failed', rows, watermark, error: { code, message, hint } };
  }
  return results;
}
