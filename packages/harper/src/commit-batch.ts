import { type Batch, type CommitOutcome, formatInstant, type KeyedRow, type RejectedRow } from '@bqsync/core';
import { yieldToEventLoop } from './event-loop.ts';
import { checkFence, checkUnit } from './fence.ts';
import { type EntryReader, readerOf, validationError } from './harper-internals.ts';
import type { HarperRecord, HarperRuntime, HarperTable } from './harper-runtime.ts';
import { judgeRow } from './judge-row.ts';
import { commitError, isRefusal, throwIfAborted } from './map-error.ts';
import type { Target } from './prepared-target.ts';
import { isSameQuarantine, quarantineId, quarantineRecord } from './quarantine.ts';
import type { RowPlan } from './row-plan.ts';
import { sampleOf } from './row-sample.ts';
import { progressRecord, recordId, unitId, unitRecord } from './state-records.ts';
import { stateTable } from './state-tables.ts';
import { VERSION_STEP_MS, versionAbove, versionOf } from './version.ts';
import type { Committer, Write } from './writes.ts';

/** Rows converted between two turns of the event loop: about a millisecond's worth. */
const CONVERTED_AT_ONCE = 256;
/** A unit, a progress and a checkpoint: what one commit may write beside rows and quarantine. */
const STATE_RECORDS = 3;

/** Where state records are, whose they are (undefined where one node keeps them for itself), and how writes are committed. */
export interface StatePlace {
  readonly stateDatabase: string;
  readonly node: string | undefined;
  readonly committer: Committer;
}

interface Candidate {
  readonly keyed: KeyedRow;
  readonly record: HarperRecord;
}

/** Rows that the target's declaration refuses, with its reasons, found before anything of a commit is stored. */
class RefusedRows extends Error {
  /** The reason by key. */
  readonly rows: ReadonlyMap<string, string>;

  constructor(rows: ReadonlyMap<string, string>) {
    super('the target refuses rows');
    this.rows = rows;
  }
}

/**
 * Stores a batch, its progress last (rule R2). Rows that the target refuses join the quarantine and the rest goes in. A batch of 100 writes or more is
 * one transaction; a smaller one may be stored in part when this rejects, without its progress.
 */
export async function commitBatch(
  runtime: HarperRuntime,
  place: StatePlace,
  target: Target,
  batch: Batch,
  signal: AbortSignal,
): Promise<CommitOutcome> {
  const table = target.table();
  const plan = target.plan(table);
  const rejected = [...batch.rejected];
  let candidates = await convertRows(plan, batch, rejected, signal);
  for (;;) {
    throwIfAborted(signal);
    try {
      return await commitOnce(runtime, place, table, plan, batch, candidates, rejected);
    } catch (error) {
      const refused =
        error instanceof RefusedRows
          ? error.rows
          : isRefusal(error)
            ? refusedRows(
                table,
                candidates.map(({ keyed, record }) => ({ id: keyed.key, record })),
              )
            : new Map<string, string>();
      if (refused.size === 0) throw commitError(batch.table.id, error);
      candidates = candidates.filter(({ keyed: { key, row, cursor } }) => {
        const message = refused.get(key);
        if (message !== undefined) rejected.push({ key, reason: 'target-refused', message, sample: sampleOf(row), cursor });
        return message === undefined;
      });
    }
  }
}

async function convertRows(plan: RowPlan, batch: Batch, rejected: RejectedRow[], signal: AbortSignal): Promise<Candidate[]> {
  const syncedAt = formatInstant(batch.snapshot);
  const candidates: Candidate[] = [];
  let converted = 0;
  for (const keyed of batch.rows) {
    if (converted++ % CONVERTED_AT_ONCE === 0) {
      await yieldToEventLoop();
      throwIfAborted(signal);
    }
    const record = plan.convert(keyed, syncedAt, rejected);
    if (record !== undefined) candidates.push({ keyed, record });
  }
  return candidates;
}

async function commitOnce(
  runtime: HarperRuntime,
  { stateDatabase, node, committer }: StatePlace,
  table: HarperTable,
  plan: RowPlan,
  batch: Batch,
  candidates: readonly Candidate[],
  rejected: readonly RejectedRow[],
): Promise<CommitOutcome> {
  const tableId = batch.table.id;
  const windowTable = stateTable(runtime, stateDatabase, 'window');
  const progressTable = stateTable(runtime, stateDatabase, 'progress');
  const checkpointTable = stateTable(runtime, stateDatabase, 'checkpoint');
  const auditTable = stateTable(runtime, stateDatabase, 'audit');
  const unitTable = stateTable(runtime, stateDatabase, 'unit');
  const own = recordId(tableId, node);
  const readWindow = await readerOf(windowTable, [own]);
  const readProgress = await readerOf(progressTable, [own]);
  const base = batch.fence.unit;
  const baseId = unitId(tableId, node, base?.index ?? 0);
  const readUnit = await readerOf(unitTable, base === undefined ? [] : [baseId]);
  const check = () => {
    checkFence(readWindow, readProgress, own, batch);
    if (base !== undefined) checkUnit(readUnit, baseId, base);
  };
  check();
  const readCheckpoint = await readerOf(checkpointTable, []);
  const auditIds = rejected.map((row) => quarantineId(tableId, row));
  const readAudit = await readerOf(auditTable, auditIds);
  const keys = candidates.map(({ keyed }) => keyed.key);
  const readRow = await readerOf(table, keys);

  // From here until the rows are handed to Harper nothing is awaited: what was read is what is overwritten.
  const { writes: rows, outcome: decided } = decideRows(table, plan, batch, candidates, readRow);
  const isOneDatabase = table.databaseName === stateDatabase;
  const isAtomic = committer.isAtomic(rows.length + (isOneDatabase ? rejected.length : 0));
  if (!isAtomic) {
    const refused = refusedRows(table, rows);
    if (refused.size > 0) throw new RefusedRows(refused);
  }
  const rowVersions = isAtomic ? 1 : rows.length;
  const versions = isAtomic && isOneDatabase ? 1 : rowVersions + rejected.length + STATE_RECORDS;
  const outcome: CommitOutcome = { ...decided, rejected, versions };
  const { progress, unit, checkpoint, clearUnits = 0 } = batch.record(outcome);

  const stepMs = VERSION_STEP_MS * (batch.stride ?? 1);
  const first = versionOf(batch.snapshot, batch.sequence);
  const lifted = isAtomic ? rows.reduce((version, { storedVersion }) => versionAbove(version, storedVersion), first) : first;
  const audits = rejected.flatMap((row, index): Write[] => {
    const id = auditIds[index] ?? '';
    const stored = readAudit(id);
    const record = quarantineRecord(batch, row, stored?.record);
    // One of a newer snapshot stands. Where all is one transaction, writing above any would lift its rows above newer ones, too.
    if (isNewer(stored?.record, record) || (isAtomic && stored !== undefined && stored.version >= lifted)) return [];
    // Where everything is written, the record says that the row was rejected at this snapshot, too.
    if (batch.compare && isSameQuarantine(stored?.record, record)) return [];
    return [{ table: auditTable, id, record, storedVersion: stored?.version ?? 0 }];
  });
  const state: Write[] = [];
  if (unit !== undefined) {
    const id = unitId(tableId, node, unit.index);
    state.push({ table: unitTable, id, record: unitRecord(unit, node), storedVersion: readUnit(id)?.version ?? 0 });
  }
  if (progress !== undefined) {
    state.push({ table: progressTable, id: own, record: progressRecord(progress, node), storedVersion: readProgress(own)?.version ?? 0 });
  }
  const cleared = Array.from({ length: clearUnits }, (_, index): Write => {
    const id = unitId(tableId, node, index);
    return { table: unitTable, id, storedVersion: readUnit(id)?.version ?? 0 };
  });
  // As with the quarantine: what another node wrote there at a newer snapshot stands, and lifts nothing.
  const storedCheckpoint = checkpoint && (readCheckpoint(checkpoint.id)?.version ?? 0);
  if (checkpoint !== undefined && storedCheckpoint !== undefined && storedCheckpoint < lifted)
    state.push({ table: checkpointTable, id: checkpoint.id, record: { ...checkpoint }, storedVersion: storedCheckpoint });

  const from = (used: number) => ({ first: first + used * stepMs, stepMs });
  if (isOneDatabase && committer.isAtomic(rows.length + audits.length + cleared.length + state.length)) {
    check();
    await committer.commit([...rows, ...audits, ...cleared, ...state], from(0));
    return outcome;
  }
  check();
  await committer.commit(rows, from(0));
  await committer.commit(audits, from(rowVersions));
  if (rows.length + audits.length > 0) check();
  // Units of an earlier run must be gone before progress says that the window is in hand; those of a complete one go once it says so.
  const isInHand = progress?.window !== null;
  const used = rowVersions + audits.length;
  if (isInHand) await committer.commit(cleared, from(used + STATE_RECORDS));
  await committer.commit(state, from(used));
  if (!isInHand) await committer.commit(cleared, from(used + STATE_RECORDS));
  return outcome;
}

interface Decided {
  readonly outcome: Omit<CommitOutcome, 'rejected'>;
  readonly writes: readonly Write[];
}

function decideRows(table: HarperTable, plan: RowPlan, batch: Batch, candidates: readonly Candidate[], readRow: EntryReader): Decided {
  const counts = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
  const writes: Write[] = [];
  const contestedKeys: string[] = [];
  let late = 0;
  let lateOldest: string | null = null;
  for (const { keyed, record } of candidates) {
    const stored = readRow(keyed.key);
    const verdict = judgeRow(plan, stored?.record, record, batch.compare, batch.keepFrom);
    counts[verdict]++;
    if (verdict === 'contested') contestedKeys.push(keyed.key);
    if (verdict === 'superseded' || verdict === 'contested' || (verdict === 'unchanged' && batch.compare)) continue;
    writes.push({ table, id: keyed.key, record, storedVersion: stored?.version ?? 0 });
    if (verdict !== 'unchanged' && keyed.cursor !== null && batch.lateBelow !== null && keyed.cursor < batch.lateBelow) {
      late++;
      if (lateOldest === null || keyed.cursor < lateOldest) lateOldest = keyed.cursor;
    }
  }
  return { outcome: { ...counts, contestedKeys, late, lateOldest }, writes };
}

/** Whether the stored quarantine record of a row is of a newer snapshot than the next one. */
function isNewer(stored: HarperRecord | null | undefined, next: HarperRecord): boolean {
  return typeof stored?.timestamp === 'string' && typeof next.timestamp === 'string' && stored.timestamp > next.timestamp;
}

function refusedRows(table: HarperTable, rows: readonly Pick<Write, 'id' | 'record'>[]): ReadonlyMap<string, string> {
  const refused = new Map<string, string>();
  for (const { id, record } of rows) {
    const message = record && validationError(table, record);
    if (message !== undefined) refused.set(id, message);
  }
  return refused;
}
