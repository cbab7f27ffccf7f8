import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import type { ReadWay } from '../options.ts';
import type { Random } from '../random.ts';
import type { Run } from '../run.ts';
import { readOf, TABLES } from '../source/tables.ts';

import { countTargets, isInTheMiddle, readRecords, type TableRecord } from './progress.ts';
import { readStatus } from './workers.ts';

/** What one kill met and what was there after it. */
export interface Kill {
  /** The tables that it was aimed at: those that are read in this way. */
  readonly read: ReadWay;
  /** Whether a window of such a table was open by the records read right before. */
  readonly openWindow: boolean;
  /** Whether such a window was begun and not complete both right before and after it. */
  readonly midWindow: boolean;
  /** Rows committed, by the records right before and by the first ones after. */
  readonly committedBefore: number;
  readonly committedAfter: number;
  /** Where it hit, in words. */
  readonly where: string;
  /** Promises of the records that the data does not keep. */
  readonly violations: readonly string[];
}

const POLL_MS = 20;
/** So long a kill waits for the table and the depth that it is aimed at; then any middle of a table that is read alike will do. */
const AIM_MS = 3_000;
const PATIENCE_MS = 300_000;
/** One kill of so many hits a window of which nothing is committed yet. */
const KILLS_AN_OPENING = 10;
/** How far into a window a kill may be aimed; a window may have moved on until it lands. */
const DEEPEST = 0.8;

/** Kills one Harper again and again. */
export class Killer {
  readonly #run: Run;
  readonly #random: Random;
  readonly #openings = new Map<ReadWay, { readonly left: number; readonly at: number }>();
  /** The first records after the last kill. */
  #last: readonly TableRecord[] = [];

  constructor(run: Run, random: Random) {
    this.#run = run;
    this.#random = random;
  }

  /** Waits until every table has a window: one that is killed before, each time, would never be met. */
  async untilBegun(): Promise<void> {
    await this.#until((records) => records.every((record) => isOpen(record) || record.completedWindowId !== null));
  }

  /**
   * Waits for the moment that chance chose in a window of the tables that are read in one way, kills, starts again, and compares what the
   * records say before and after.
   */
  async killAndRestart(read: ReadWay): Promise<Kill> {
    const { harper, faults, threads, signal } = this.#run;
    await sleep(this.#random.between(0, 1_000), undefined, { signal });
    const before = await this.#untilAimed(read);
    await harper.kill();
    await faults.freeQuota();
    const release = await faults.holdReads();
    let after: readonly TableRecord[] | undefined;
    await harper.restart({
      ready: async (started: HarperProcess) => {
        after ??= await this.#records(started);
        return (await readStatus(started)).workers.length === threads;
      },
    });
    const counts = await countTargets(harper, TABLES);
    await release();
    this.#last = after ?? [];
    return judge(read, this.#readIn(read), before, this.#last, counts);
  }

  /** The records of a moment in which the window aimed at is open, milliseconds ago. */
  async #untilAimed(read: ReadWay): Promise<readonly TableRecord[]> {
    const tables = this.#readIn(read);
    const atOpening = this.#isForOpening(read);
    const tableId = this.#random.pick(tables);
    const depth = this.#random.next() * DEEPEST;
    return this.#until((records, waitedMs) => {
      const own = records.filter((record) => tables.includes(record.tableId));
      if (atOpening && waitedMs < AIM_MS) return !own.some(isInTheMiddle) && own.some(({ opening }) => opening !== undefined);
      return own.some(
        (record) =>
          isInTheMiddle(record) &&
          this.#hasMoved(record) &&
          (waitedMs > AIM_MS || (record.tableId === tableId && depthOf(record) >= depth)),
      );
    });
  }

  /** Ids of the tables that are read in one way. */
  #readIn(read: ReadWay): readonly [string, ...string[]] {
    const [first, ...others] = TABLES.filter((table) => readOf(table, this.#run.read) === read).map(({ id }) => id);
    if (first === undefined) throw new BqsyncError('BQS_INTERNAL', `no table is read by ${read}`);
    return [first, ...others];
  }

  /** One of ten kills of each way, whichever chance chose among them. */
  #isForOpening(read: ReadWay): boolean {
    const drawn = this.#openings.get(read);
    const { left, at } =
      drawn === undefined || drawn.left === 0 ? { left: KILLS_AN_OPENING, at: this.#random.between(1, KILLS_AN_OPENING) } : drawn;
    this.#openings.set(read, { left: left - 1, at });
    return left === at;
  }

  async #until(isDue: (records: readonly TableRecord[], waitedMs: number) => boolean): Promise<readonly TableRecord[]> {
    const { harper, signal } = this.#run;
    const startedAt = performance.now();
    for (;;) {
      signal.throwIfAborted();
      const records = await this.#records(harper);
      const waitedMs = performance.now() - startedAt;
      if (isDue(records, waitedMs)) return records;
      if (waitedMs > PATIENCE_MS) {
        const status = JSON.stringify(await readStatus(harper));
        throw new BqsyncError('BQS_INTERNAL', `no window went on for ${PATIENCE_MS / 1000} s: ${status}`);
      }
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  #records(harper: HarperProcess): Promise<readonly TableRecord[]> {
    return readRecords(harper, { tableIds: TABLES.map(({ id }) => id) });
  }

  /** A kill is no news in a window that has not gone on since the one before. */
  #hasMoved({ tableId, window }: TableRecord): boolean {
    const last = this.#last.find((record) => record.tableId === tableId)?.window;
    return window?.windowId !== last?.windowId || (window?.rowsDone ?? 0) > (last?.rowsDone ?? 0);
  }
}

const isOpen = ({ window, opening }: TableRecord): boolean => window !== undefined || opening !== undefined;

function depthOf({ window }: TableRecord): number {
  return window === undefined ? 0 : window.rowsDone / window.totalRows;
}

/** `aimedAt`: the tables of which one had a window open. */
function judge(
  read: ReadWay,
  aimedAt: readonly string[],
  before: readonly TableRecord[],
  after: readonly TableRecord[],
  counts: ReadonlyMap<string, number>,
): Kill {
  const pairs = before.flatMap((was) => {
    const is = after.find(({ tableId }) => tableId === was.tableId);
    return is === undefined ? [] : [{ was, is }];
  });
  const isAimedAt = ({ tableId }: TableRecord): boolean => aimedAt.includes(tableId);
  const mid = pairs.filter(({ was, is }) => isInTheMiddle(was) && isInTheMiddle(is) && was.window?.windowId === is.window?.windowId);
  const sum = (records: readonly TableRecord[]): number => records.reduce((total, { committed }) => total + committed, 0);
  return {
    read,
    openWindow: before.some((record) => isAimedAt(record) && isOpen(record)),
    midWindow: mid.some(({ was }) => isAimedAt(was)),
    committedBefore: sum(before),
    committedAfter: sum(after),
    where: before.filter(isOpen).map(placeOf).join(', '),
    violations: pairs.flatMap(({ was, is }) => violationsOf(was, is, counts.get(is.tableId) ?? 0)),
  };
}

function placeOf({ tableId, window }: TableRecord): string {
  if (window === undefined) return `${tableId}: opening a window`;
  const shared = window.units > 1 ? ` in ${window.units} units` : '';
  return `${tableId}: ${window.kind}, ${window.rowsDone} of ${window.totalRows} rows${shared}`;
}

/** What of the records right before a kill is not kept by those after it, or by the `stored` rows of the target. */
export function violationsOf(was: TableRecord, is: TableRecord, stored: number): string[] {
  const violations: string[] = [];
  // What was acknowledged survives the process.
  if (is.windowsCompleted < was.windowsCompleted)
    violations.push(`${is.tableId}: ${was.windowsCompleted} windows were complete, now ${is.windowsCompleted}`);
  const [before, after] = [was.window, is.window];
  if (before !== undefined && before.windowId === after?.windowId && after.rowsDone < before.rowsDone)
    violations.push(`${is.tableId}: ${before.rowsDone} rows of window ${after.windowId} were done, now ${after.rowsDone}`);
  // The checkpoint is never ahead of the data: rows are never deleted here, so each one inserted is stored.
  if (stored < is.inserted) violations.push(`${is.tableId}: the record speaks of ${is.inserted} rows inserted, ${stored} are stored`);
  return violations;
}
