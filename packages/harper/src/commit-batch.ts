import { type Batch, type CommitOutcome, formatInstant, type KeyedRow, type RejectedRow } from '@bqsync/core';
import { yieldToEventLoop } from './event-loop.ts';
import { checkFence, checkUnit } from './fence.ts';
import { type EntryReader, readerOf, validationError } from './harper-internals.ts';
import type { HarperRecord, HarperRuntime, HarperTable, HarperTransaction } from './harper-runtime.ts';
import { judgeRow } from './judge-row.ts';
import { commitError, isRefusal, throwIfAborted } from './map-error.ts';
import type { Target } from './prepared-target.ts';
import { isSameQuarantine, quarantineId, quarantineRecord } from './quarantine.ts';
import type { RowPlan } from './row-plan.ts';
import { sampleOf } from './row-sample.ts';
import { progressRecord, recordId, unitId, unitRecord } from './state-records.ts';
import { stateTable } from './state-tables.ts';
import { versionAbove, versionOf } from './version.ts';

/** Rows converted between two turns of the event loop: about a millisecond's worth. */
const CONVERTED_AT_ONCE = 256;

/** Where state records are, and whose they are: undefined where one node keeps them for itself. */
export interface StatePlace {
  readonly stateDatabase: string;
  readonly node: string | undefined;
}

interface Candidate {
  readonly keyed: KeyedRow;
  readonly record: HarperRecord;
}

/** Stores a batch in one transaction (rule R2). Rows that the target refuses join the quarantine and the rest goes in. */
export async function commitBatch(
  runtime: HarperRuntime,
  { stateDatabase, node }: StatePlace,
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
      return await commitOnce(runtime, { stateDatabase, node }, table, plan, batch, candidates, rejected);
    } catch (error) {
      const refused = isRefusal(error) ? refusedRows(table, candidates) : new Map<Candidate, string>();
      if (refused.size === 0) throw commitError(batch.table.id, error);
      for (const [{ keyed }, message] of refused) {
        rejected.push({ key: keyed.key, reason: 'target-refused', message, sample: sampleOf(keyed.row), cursor: keyed.cursor });
      }
      candidates = candidates.filter((candidate) => !refused.has(candidate));
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
  { stateDatabase, node }: StatePlace,
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

  // From here to the end of the transaction's callback nothing is awaited: what was read is what is overwritten.
  const decided = decideRows(plan, batch, candidates, readRow);
  const outcome: CommitOutcome = { ...decided.outcome, rejected };
  const { progress, unit, checkpoint, clearUnits = 0 } = batch.record(outcome);
  const cleared = Array.from({ length: clearUnits }, (_, index) => unitId(tableId, node, index));
  const overwritten = Math.max(
    decided.newestVersion,
    readProgress(own)?.version ?? 0,
    (unit && readUnit(unitId(tableId, node, unit.index))?.version) ?? 0,
    ...cleared.map((id) => readUnit(id)?.version ?? 0),
  );
  const timestamp = versionAbove(versionOf(batch.snapshot, batch.sequence), overwritten);

  await runtime.transaction({ timestamp }, (transaction) => {
    check();
    const puts = new Puts(transaction);
    // Rows first: in another database than the state's they are committed before the progress.
    for (const record of decided.writes) puts.put(table, record);
    for (const [index, row] of rejected.entries()) {
      const stored = readAudit(auditIds[index] ?? '');
      const record = quarantineRecord(batch, row, stored?.record);
      // One of another node from a newer snapshot stands. To write above it would lift the rows of this transaction above newer ones, too.
      const isNewer = stored !== undefined && stored.version >= timestamp;
      // Where everything is written, the record says that the row was rejected at this snapshot, too.
      if (!isNewer && !(batch.compare && isSameQuarantine(stored?.record, record))) puts.put(auditTable, record);
    }
    if (unit !== undefined) puts.put(unitTable, unitRecord(unit, node));
    for (const id of cleared) puts.delete(unitTable, id);
    if (progress !== undefined) puts.put(progressTable, progressRecord(progress, node));
    // As with the quarantine: what another node wrote there at a newer snapshot stands, and lifts nothing.
    if (checkpoint !== undefined && (readCheckpoint(checkpoint.id)?.version ?? 0) < timestamp) puts.put(checkpointTable, { ...checkpoint });
    return puts.done();
  });
  return outcome;
}

/** Writes of one transaction, awaited together where Harper answers with a promise. */
class Puts {
  readonly #transaction: HarperTransaction;
  readonly #pending: PromiseLike<unknown>[] = [];

  constructor(transaction: HarperTransaction) {
    this.#transaction = transaction;
  }

  put(table: HarperTable, record: HarperRecord): void {
    const result = table.put(record, this.#transaction);
    if (isPromise(result)) this.#pending.push(result);
  }

  delete(table: HarperTable, id: string): void {
    const result = table.delete(id, this.#transaction);
    if (isPromise(result)) this.#pending.push(result);
  }

  done(): Promise<unknown> | undefined {
    return this.#pending.length === 0 ? undefined : Promise.all(this.#pending);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

interface Decided {
  readonly outcome: Omit<CommitOutcome, 'rejected'>;
  readonly writes: readonly HarperRecord[];
  readonly newestVersion: number;
}

function decideRows(plan: RowPlan, batch: Batch, candidates: readonly Candidate[], readRow: EntryReader): Decided {
  const counts = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
  const writes: HarperRecord[] = [];
  const contestedKeys: string[] = [];
  let newestVersion = 0;
  let late = 0;
  let lateOldest: string | null = null;
  for (const { keyed, record } of candidates) {
    const stored = readRow(keyed.key);
    const verdict = judgeRow(plan, stored?.record, record, batch.compare, batch.keepFrom);
    counts[verdict]++;
    if (verdict === 'contested') contestedKeys.push(keyed.key);
    if (verdict === 'superseded' || verdict === 'contested' || (verdict === 'unchanged' && batch.compare)) continue;
    writes.push(record);
    if (stored !== undefined && stored.version > newestVersion) newestVersion = stored.version;
    if (verdict !== 'unchanged' && keyed.cursor !== null && batch.lateBelow !== null && keyed.cursor < batch.lateBelow) {
      late++;
      if (lateOldest === null || keyed.cursor < lateOldest) lateOldest = keyed.cursor;
    }
  }
  return { outcome: { ...counts, contestedKeys, late, lateOldest }, writes, newestVersion };
}

function refusedRows(table: HarperTable, candidates: readonly Candidate[]): Map<Candidate, string> {
  const refused = new Map<Candidate, string>();
  for (const candidate of candidates) {
    const message = validationError(table, candidate.record);
    if (message !== undefined) refused.set(candidate, message);
  }
  return refused;
}
