import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';

/** What the runs here need of `GET /SyncControl`. */
export interface Status {
  readonly problem?: { readonly message: string } | undefined;
  readonly tables: readonly {
    readonly tableId: string;
    readonly state: string;
    /** The node that runs it. */
    readonly node?: string | undefined;
    readonly lastError?: { readonly message: string } | undefined;
  }[];
  readonly workers: readonly { readonly workerId: string; readonly startedAt: string }[];
  readonly nodes: readonly { readonly node: string; readonly live: boolean }[];
}

const TIMEOUT_MS = 120_000;

export async function readStatus(harper: HarperProcess): Promise<Status> {
  const response = await harper.fetch('/SyncControl/', { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `/SyncControl answers ${response.status}`);
  return (await response.json()) as Status;
}

/** Ends all threads and starts new ones in the same process; resolves once each new one has reported. */
export async function restartWorkers(harper: HarperProcess, threads: number, signal: AbortSignal): Promise<void> {
  const before = new Set((await readStatus(harper)).workers.map(({ startedAt }) => startedAt));
  await harper.operation({ operation: 'restart_service', service: 'http_workers' });
  const deadline = performance.now() + TIMEOUT_MS;
  for (let last: unknown; ; ) {
    signal.throwIfAborted();
    try {
      const { workers } = await readStatus(harper);
      if (workers.length === threads && workers.every(({ startedAt }) => !before.has(startedAt))) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `the workers did not restart within ${TIMEOUT_MS / 1000} s`, { cause: last });
    await sleep(100, undefined, { signal });
  }
}
