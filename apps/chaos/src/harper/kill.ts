import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import type { Random } from '../random.ts';
import type { Run } from '../run.ts';
import { TABLES } from '../source/tables.ts';
import { countTargets, isInTheMiddle, readRecords, type TableRecord } from './progress.ts';
import { readStatus } from './workers.ts';

/** What one kill met and what was there after it. */
export interface Kill {
  /** Whether a window was open by the records read right before. */
  readonly open: boolean;
  /** Whether the same window is found neither begun nor complete after it: it was in the middle. */
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
/** So long a kill waits for the table and the depth that it is aimed at; then any middle will do. */
const AIM_MS = 3_000;
const PATIENCE_MS = 300_000;
/** A kill now and then hits a window of which nothing is committed yet. */
const SHARE_OPENING = 0.1;
/** How far into a window a kill may be aimed; a window may have moved on until it lands. */
const DEEPEST = 0.8;

/** Kills one Harper again and again. */
export class Killer {
  readonly #run: Run;
  readonly #random: Random;
  /** The first records after the last kill. */
  #last: readonly TableRecord[] = [];

  constructor(run: Run, random: Random) {
    this.#run = run;
    this.#random = random;
  }

  /** Waits for the moment that chance chose, kills, starts again, and compares what the records say before and after. */
  async killAndRestart(): Promise<Kill> {
    const { harper, faults, threads, signal } = this.#run;
    await sleep(this.#random.between(0, 1_000), undefined, { signal });
    const before = await this.#untilAimed();
    await harper.kill();
    await faults.freeQuota();
    const release = await faults.holdPages();
    let after: readonly TableRecord[] | undefined;
    await harper.restart({
      ready: async (started: HarperProcess) => {
        after ??= await readRecords(started);
        return (await readStatus(started)).workers.length === threads;
      },
    });
    const counts = await countTargets(harper);
    await release();
    this.#last = after ?? [];
    return judge(before, this.#last, counts);
  }

  /** The records of a moment in which the window aimed at is open, milliseconds ago. */
  async #untilAimed(): Promise<readonly TableRecord[]> {
    const { harper, signal } = this.#run;
    const atOpening = this.#random.chance(SHARE_OPENING);
    const table = this.#random.pick(TABLES);
    const depth = this.#random.next() * DEEPEST;
    const startedAt = performance.now();
    for (;;) {
      signal.throwIfAborted();
      const records = await readRecords(harper);
      const waitedMs = performance.now() - startedAt;
      const isAimed = (record: TableRecord): boolean =>
        isInTheMiddle(record) && this.#hasMoved(record) && (waitedMs > AIM_MS || (record.tableId === table.id && depthOf(record) >= depth));
      const isHit =
        atOpening && waitedMs < AIM_MS
          ? !records.some(isInTheMiddle) && records.some(({ opening }) => opening !== undefined)
          : records.some(isAimed);
      if (isHit) return records;
      if (waitedMs > PATIENCE_MS) {
        const status = JSON.stringify(await readStatus(harper));
        throw new BqsyncError('BQS_INTERNAL', `no window went on for ${PATIENCE_MS / 1000} s: ${status}`);
      }
      await sleep(POLL_MS, undefined, { signal });
    }
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

function judge(before: readonly TableRecord[], after: readonly TableRecord[], counts: ReadonlyMap<string, number>): Kill {
  const pairs = before.flatMap((was) => {
    const is = after.find(({ tableId }) => tableId === was.tableId);
    return is === undefined ? [] : [{ was, is }];
  });
  const mid = pairs.filter(({ was, is }) => isInTheMiddle(was) && isInTheMiddle(is) && was.window?.windowId === is.window?.windowId);
  const sum = (records: readonly TableRecord[]): number => records.reduce((total, { committed }) => total + committed, 0);
  return {
    open: before.some(isOpen),
    midWindow: mid.length > 0,
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

function violationsOf(was: TableRecord, is: TableRecord, stored: number): string[] {
  const violations: string[] = [];
  // What was acknowledged survives the process.
  if (is.windowsCompleted < was.windowsCompleted)
    violations.push(`${is.tableId}: ${was.windowsCompleted} windows were complete, now ${is.windowsCompleted}`);
  if (was.window !== undefined && was.window.windowId === is.window?.windowId && is.window.rowsDone < was.window.rowsDone)
    violations.push(`${is.tableId}: ${was.window.rowsDone} rows of window ${is.window.windowId} were done, now ${is.window.rowsDone}`);
  // The checkpoint is never ahead of the data: rows are never deleted here, so each one inserted is stored.
  if (stored < is.inserted) violations.push(`${is.tableId}: the record speaks of ${is.inserted} rows inserted, ${stored} are stored`);
  return violations;
}
