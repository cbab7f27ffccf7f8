import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError, ERROR_CODES, type ErrorCode } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import { TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import type { TableProgress } from '../view/progress.ts';
import { hasReached, readSyncStatus, type TableSync } from './sync-status.ts';

const POLL_MS = 250;
/** Seconds over which the rate of rows is taken. */
const RATE_SECONDS = 2;
/** So long may a failing table stand still before a run that is to end gives up. */
const PATIENCE_MS = 60_000;

export interface WatchOptions {
  readonly harper: HarperProcess;
  /** Rows that BigQuery has now. */
  readonly totals: () => Readonly<Record<TableName, number>>;
  /** When a table was last written to, in BigQuery's time. */
  readonly lastWrite: (table: TableName) => string;
  readonly onProgress: (tables: readonly TableProgress[]) => void;
  readonly signal: AbortSignal;
}

/** Follows the sync by the plugin's own endpoint. What it says decides when to look, never what is right. */
export class SyncWatch {
  readonly #options: WatchOptions;
  readonly #samples = new Map<string, { at: number; rows: number; rate: number }>();
  #last: readonly TableProgress[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get last(): readonly TableProgress[] {
    return this.#last;
  }

  /** Asks once, and reports. */
  async look(): Promise<readonly TableProgress[]> {
    const { harper, totals, lastWrite, onProgress, signal } = this.#options;
    const statuses = await readSyncStatus(harper, signal);
    const rows = totals();
    this.#last = TABLE_NAMES.map((table) => {
      const status = statuses.find(({ tableId }) => tableId === table);
      const reached = status !== undefined && hasReached(status, lastWrite(table));
      return { table, total: rows[table], status, reached, rowsPerSecond: this.#rate(table, status) };
    });
    onProgress(this.#last);
    return this.#last;
  }

  /**
   * Resolves when every table has reached all that was written.
   *
   * @throws BqsyncError the table's own error if one has failed, or stands still with an error for a minute.
   */
  async untilReached(): Promise<void> {
    const { signal } = this.#options;
    let moved = performance.now();
    let before = '';
    for (;;) {
      const tables = await this.look();
      if (tables.every(({ reached }) => reached)) return;
      const standing = JSON.stringify(tables.map(({ status }) => [status?.counters, status?.window, status?.snapshot]));
      if (standing !== before) moved = performance.now();
      before = standing;
      for (const { status } of tables) {
        const stuck = status?.state === 'failed' || (status?.lastError !== undefined && performance.now() - moved > PATIENCE_MS);
        if (status !== undefined && stuck) throw errorOf(status);
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  /** Looks again and again until the signal. */
  async follow(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await this.look();
      await sleep(POLL_MS * 2, undefined, { signal });
    }
  }

  #rate(table: string, status: TableSync | undefined): number {
    const rows = status?.counters?.inserted ?? 0;
    const at = performance.now();
    const sample = this.#samples.get(table);
    if (sample === undefined || rows < sample.rows) {
      this.#samples.set(table, { at, rows, rate: 0 });
      return 0;
    }
    const elapsed = (at - sample.at) / 1000;
    if (elapsed < RATE_SECONDS / 4) return sample.rate;
    const share = Math.min(1, elapsed / RATE_SECONDS);
    const rate = sample.rate * (1 - share) + ((rows - sample.rows) / elapsed) * share;
    this.#samples.set(table, { at, rows, rate });
    return rate;
  }
}

function errorOf({ tableId, lastError }: TableSync): BqsyncError {
  const known = lastError !== undefined && Object.hasOwn(ERROR_CODES, lastError.code) ? (lastError.code as ErrorCode) : 'BQS_INTERNAL';
  return new BqsyncError(known, `${tableId}: ${lastError?.message ?? 'the sync failed without saying why'}`, { hint: lastError?.hint });
}
