import { type CursorRange, formatInstant, type Micros, parseInstant, type RepairedRange, type RepairSettlement } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { yieldToEventLoop } from './event-loop.ts';
import { readerOf, readPage } from './harper-internals.ts';
import type { HarperRecord, HarperRuntime, HarperTable } from './harper-runtime.ts';
import { commitError, throwIfAborted } from './map-error.ts';
import type { Target } from './prepared-target.ts';
import { quarantineId } from './quarantine.ts';
import { cursorInstant, type RowPlan, SYNCED_AT } from './row-plan.ts';
import { stateTable } from './state-tables.ts';
import { VERSION_STEP_MS, versionOf } from './version.ts';
import type { Committer, Write } from './writes.ts';

/** Rows looked at between two turns of the event loop. */
const SCANNED_AT_ONCE = 500;
/** Rows of one transaction. */
const DELETED_AT_ONCE = 500;

export interface RepairToFinish {
  readonly runtime: HarperRuntime;
  readonly committer: Committer;
  readonly stateDatabase: string;
  readonly target: Target;
  readonly repaired: readonly RepairedRange[];
  readonly maxDeletes: number | undefined;
  readonly signal: AbortSignal;
}

/** See {@link Sink.finishRepair}. Walks the target twice where rows are to be deleted: nothing goes before it is known how many would. */
export async function finishRepair(repair: RepairToFinish): Promise<RepairSettlement> {
  const deleted = repair.maxDeletes === undefined ? 0 : await deleteAbsent(repair, repair.maxDeletes);
  return { deleted, resolved: await resolveQuarantine(repair) };
}

async function deleteAbsent(repair: RepairToFinish, maxDeletes: number): Promise<number> {
  const { target } = repair;
  const doomed: string[] = [];
  for await (const { key, record } of walk(target.table(), repair.signal)) {
    if (absentSince(repair, target.plan(target.table()), record) === undefined) continue;
    doomed.push(key);
    if (doomed.length > maxDeletes) {
      throw new BqsyncError(
        'BQS_USAGE',
        `the repair of table "${target.spec.id}" would delete more rows than the ${maxDeletes} allowed: none was`,
        {
          hint: 'verify again: the source has lost rows since',
          context: { table: target.spec.id, maxDeletes },
        },
      );
    }
  }
  let deleted = 0;
  for (let at = 0; at < doomed.length; at += DELETED_AT_ONCE) {
    throwIfAborted(repair.signal);
    deleted += await deleteRows(repair, doomed.slice(at, at + DELETED_AT_ONCE));
    await yieldToEventLoop();
  }
  return deleted;
}

async function deleteRows(repair: RepairToFinish, keys: readonly string[]): Promise<number> {
  const { runtime, committer, stateDatabase, target } = repair;
  const table = target.table();
  const plan = target.plan(table);
  const auditTable = stateTable(runtime, stateDatabase, 'audit');
  const auditIdOf = (key: string): string => quarantineId(target.spec.id, { key, reason: '', message: '', sample: '' });
  const readAudit = await readerOf(auditTable, keys.map(auditIdOf));
  const readRow = await readerOf(table, keys);
  let first = 0;
  const doomed: Write[] = [];
  for (const key of keys) {
    const stored = readRow(key);
    const since = stored?.record ? absentSince(repair, plan, stored.record) : undefined;
    // A row in quarantine is in the source: what is stored is its last good state.
    if (stored === undefined || since === undefined || readAudit(auditIdOf(key))?.record) continue;
    doomed.push({ table, id: key, storedVersion: stored.version });
    first = Math.max(first, versionOf(since, 0));
  }
  try {
    await committer.commit(doomed, { first, stepMs: VERSION_STEP_MS });
  } catch (error) {
    throw commitError(target.spec.id, error);
  }
  return doomed.length;
}

/** The snapshot at which the source did not have a stored row; undefined if it is not known not to have it. */
function absentSince({ repaired }: RepairToFinish, plan: RowPlan, record: HarperRecord): Micros | undefined {
  const cursor = cursorInstant(plan, record);
  const part = repaired.find(({ range }) => holds(range, cursor));
  if (part === undefined) return undefined;
  const syncedAt = record[SYNCED_AT];
  return typeof syncedAt === 'string' && syncedAt >= formatInstant(part.snapshot) ? undefined : part.snapshot;
}

function holds({ from, to, nulls }: CursorRange, cursor: Micros | undefined): boolean {
  if (cursor === undefined) return nulls !== 'exclude';
  return nulls !== 'only' && (from === undefined || cursor >= from) && (to === undefined || cursor < to);
}

/** Removes the records of rows that were looked for in all of their range and not rejected again. */
async function resolveQuarantine({ runtime, committer, stateDatabase, target, repaired, signal }: RepairToFinish): Promise<number> {
  const table = stateTable(runtime, stateDatabase, 'audit');
  const prefix = `${target.spec.id}:`;
  const resolved: string[] = [];
  for await (const { key, record } of walk(table, signal, prefix)) {
    if (!key.startsWith(prefix)) break;
    if (record.tableId === target.spec.id && record.status === 'quarantined' && isResolved(record, repaired)) resolved.push(key);
  }
  for (let at = 0; at < resolved.length; at += DELETED_AT_ONCE) {
    const ids = resolved.slice(at, at + DELETED_AT_ONCE);
    const read = await readerOf(table, ids);
    const first = versionOf(repaired[0]?.snapshot ?? (0n as Micros), 0);
    try {
      await committer.commit(
        ids.map((id) => ({ table, id, storedVersion: read(id)?.version ?? 0 })),
        { first, stepMs: VERSION_STEP_MS },
      );
    } catch (error) {
      throw commitError(target.spec.id, error);
    }
  }
  return resolved.length;
}

function isResolved(record: HarperRecord, repaired: readonly RepairedRange[]): boolean {
  const { timestamp } = record;
  const [from, to] = [boundOf(record.rangeFrom), boundOf(record.rangeTo)];
  // Records of versions that did not note it may be of any row.
  const nulls = typeof record.rangeNulls === 'string' ? record.rangeNulls : 'include';
  return repaired.some(({ range, snapshot }) => {
    if (typeof timestamp === 'string' && timestamp >= formatInstant(snapshot)) return false;
    if (nulls !== 'exclude' && range.nulls === 'exclude') return false;
    if (nulls === 'only') return true;
    if (range.nulls === 'only') return false;
    return (
      (range.from === undefined || (from !== undefined && from >= range.from)) &&
      (range.to === undefined || (to !== undefined && to <= range.to))
    );
  });
}

function boundOf(value: unknown): Micros | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

/** Records in the order of their keys, a page at a time. */
async function* walk(
  table: HarperTable,
  signal: AbortSignal,
  from?: string,
): AsyncGenerator<{ readonly key: string; readonly record: HarperRecord }> {
  let after = from;
  for (;;) {
    throwIfAborted(signal);
    const { rows, last } = readPage(table, after, SCANNED_AT_ONCE);
    if (last === undefined) return;
    after = last;
    yield* rows;
    await yieldToEventLoop();
  }
}
