import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';

/** What the demo reads of a table in the answer of `GET /SyncControl`. */
export interface TableSync {
  readonly tableId: string;
  readonly state: string;
  /** `caught-up` also where the table is degraded by rows in quarantine. */
  readonly engineState?: string | undefined;
  readonly stage?: string | undefined;
  readonly phase?: string | undefined;
  readonly lagSeconds?: number | undefined;
  readonly watermark?: string | null | undefined;
  /** BigQuery's time of the last completed window: ISO, six fractional digits. */
  readonly snapshot?: string | null | undefined;
  readonly window?: { readonly rowsDone: number; readonly totalRows: number } | undefined;
  readonly counters?:
    | { readonly inserted: number; readonly updated: number; readonly unchanged: number; readonly quarantined: number }
    | undefined;
  readonly lastError?: Fault | undefined;
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

interface SyncAnswer {
  readonly problem?: Fault | undefined;
  readonly tables: readonly TableSync[];
}

const PATH = '/SyncControl/';

export async function readSyncStatus(harper: HarperProcess, signal?: AbortSignal): Promise<readonly TableSync[]> {
  const response = await harper.fetch(PATH, { signal: signal ?? null });
  if (!response.ok)
    throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `${PATH} answers ${response.status}: ${(await response.text()).slice(0, 300)}`);
  const { problem, tables } = (await response.json()) as SyncAnswer;
  if (problem !== undefined) throw new BqsyncError('BQS_CONFIG_INVALID', problem.message, { hint: problem.hint });
  return tables;
}

export async function controlSync(harper: HarperProcess, action: 'start' | 'stop'): Promise<void> {
  const body = JSON.stringify({ action });
  const response = await harper.fetch(PATH, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  if (!response.ok)
    throw new BqsyncError(
      'BQS_TARGET_UNAVAILABLE',
      `${PATH} refuses to ${action}: ${response.status} ${(await response.text()).slice(0, 300)}`,
    );
}

/** Whether a table has completed a window at a snapshot after the last write, and has nothing in hand. */
export function hasReached(table: TableSync, lastWrite: string): boolean {
  const state = table.engineState ?? table.state;
  return table.window === undefined && state === 'caught-up' && typeof table.snapshot === 'string' && table.snapshot >= lastWrite;
}
