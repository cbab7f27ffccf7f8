import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import type { Random } from '../random.ts';
import type { Run } from '../run.ts';
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
const PATIENCE_MS = 120_000;
/** A kill now and then hits a window of which nothing is committed yet. */
const SHARE_OPENING = 0.1;
/** How far into a window a kill may be aimed; a window may have moved on until it lands. */
const DEEPEST = 0.8;

/** Waits for the moment that chance chose, kills, starts again, and compares what the records say before and after. */
export async function killAndRestart(run: Run, random: Random): Promise<Kill> {
  const { harper, faults, signal } = run;
  await sleep(random.between(0, 2_000), undefined, { signal });
  const before = await untilAimed(run, random);
  await harper.kill();
  await faults.freeQuota();
  const release = await faults.holdPages();
  let after: readonly TableRecord[] = [];
  await harper.restart({
    ready: async (started: HarperProcess) => {
      if (after.length === 0) after = await readRecords(started);
      return (await readStatus(started)).workers.length === run.threads;
    },
  });
  const counts = await countTargets(harper);
  await release();
  return judge(before, after, counts);
}

/** The records of a moment in which the window aimed at is open, milliseconds ago. */
async function untilAimed({ harper, signal }: Run, random: Random): Promise<readonly TableRecord[]> {
  const atOpening = random.chance(SHARE_OPENING);
  const depth = random.next() * DEEPEST;
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const records = await readRecords(harper);
    const waited = performance.now() - startedAt;
    const isDeep = (record: TableRecord): boolean => isInTheMiddle(record) && (waited > 5_000 || depthOf(record) >= depth);
    if (atOpening && waited < 5_000 ? records.every((record) => !isInTheMiddle(record)) && records.some(isOpen) : records.some(isDeep))
      return records;
    if (waited > PATIENCE_MS)
      throw new BqsyncError('BQS_INTERNAL', `no window was open for ${PATIENCE_MS / 1000} s: ${JSON.stringify(await readStatus(harper))}`);
    await sleep(POLL_MS, undefined, { signal });
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
    where: mid.length > 0 ? mid.map(({ is }) => placeOf(is)).join(', ') : before.filter(isOpen).map(placeOf).join(', '),
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
