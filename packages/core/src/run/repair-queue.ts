import type { HeldIntent } from '../plan/intent.ts';
import { type BqsyncError } from '@bqsync/errors';
import { formatInstant } from '../plan/instant.ts';
import type { RepairedRange, RepairOutcome, RepairSettlement } from '../ports/repair.ts';
import type { CursorRange, OpenWindow } from '../ports/source.ts';
import type { Counters } from '../ports/state.ts';

/** Failed steps in a row after which a repair is given up; the table itself goes on. */
const MAX_FAILURES = 8;

const COUNTED = ['inserted', 'updated', 'unchanged', 'superseded', 'quarantined'] as const;

/** One repair that was asked for, range by range. */
export class Repair {
  readonly maxDeletes: number | undefined;
  readonly repaired: RepairedRange[] = [];
  /** Of the range being read; kept, so that a page that fails does not make it be scanned again. */
  intent: HeldIntent | undefined;
  readonly #left: CursorRange[];
  readonly #counts = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, quarantined: 0 };
  readonly #scans = new Map<string, OpenWindow>();
  #failures = 0;
  readonly #resolve: (outcome: RepairOutcome) => void;
  readonly #reject: (error: BqsyncError) => void;

  constructor(
    ranges: readonly CursorRange[],
    maxDeletes: number | undefined,
    resolve: (outcome: RepairOutcome) => void,
    reject: (error: BqsyncError) => void,
  ) {
    this.#left = [...ranges];
    this.maxDeletes = maxDeletes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The range to be read next; undefined once all are. */
  get next(): CursorRange | undefined {
    return this.#left[0];
  }

  reads(intent: HeldIntent): boolean {
    return this.intent?.request.windowId === intent.request.windowId;
  }

  noteOpen(open: OpenWindow): void {
    // Opened once more under the same id it bills nothing.
    if (!this.#scans.has(open.windowId)) this.#scans.set(open.windowId, open);
  }

  noteCommit(before: Counters, after: Counters): void {
    this.#failures = 0;
    for (const name of COUNTED) this.#counts[name] += after[name] - before[name];
  }

  noteComplete(snapshot: OpenWindow['snapshot']): void {
    const range = this.#left.shift();
    this.intent = undefined;
    if (range !== undefined) this.repaired.push({ range, snapshot });
  }

  /** True if the repair is to be given up. */
  noteFailure(error: BqsyncError): boolean {
    this.#failures += 1;
    return !error.retryable || this.#failures > MAX_FAILURES;
  }

  settle(settlement: RepairSettlement): void {
    const scans = [...this.#scans.values()];
    const last = this.repaired.at(-1);
    this.#resolve({
      ...settlement,
      ...this.#counts,
      ranges: this.repaired.length,
      bytesScanned: scans.reduce((sum, scan) => sum + scan.bytesScanned, 0),
      bytesBilled: scans.reduce((sum, scan) => sum + scan.bytesBilled, 0),
      snapshot: last === undefined ? null : formatInstant(last.snapshot),
    });
  }

  reject(error: BqsyncError): void {
    this.#reject(error);
  }
}

/** Repairs asked of one table, done one after another. Held in memory only: who asked for one asks again after a restart. */
export class RepairQueue {
  readonly #waiting: Repair[] = [];

  get current(): Repair | undefined {
    return this.#waiting[0];
  }

  add(ranges: readonly CursorRange[], maxDeletes: number | undefined): Promise<RepairOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(new Repair(ranges, maxDeletes, resolve, reject));
    });
  }

  settle(settlement: RepairSettlement): void {
    this.#waiting.shift()?.settle(settlement);
  }

  /** A step failed: gives the repair in hand up if it cannot succeed, so that the table goes on without it; true if that was done. */
  noteFailure(error: BqsyncError): boolean {
    if (this.current?.noteFailure(error) !== true) return false;
    this.#waiting.shift()?.reject(error);
    return true;
  }

  abandon(error: BqsyncError): void {
    for (const repair of this.#waiting.splice(0)) repair.reject(error);
  }
}
