import { BqsyncError } from '@bqsync/errors';
import { compileCanonical } from '../identity/canonical.ts';
import { rangeCovers, rangeHolds } from '../plan/range.ts';
import { isUnitMoved } from '../plan/units.ts';
import { type Verdict, verdictOf } from '../plan/verdict.ts';
import type { RepairedRange, RepairSettlement } from '../ports/repair.ts';
import type { RejectedRow, Row } from '../ports/row.ts';
import type { Batch, CommitOutcome, KeyedRow, PreparedTarget, Sink, TargetKey } from '../ports/sink.ts';
import type { CursorRange, TableDescription } from '../ports/source.ts';
import type { Checkpoint, StateStore, TableProgress, UnitProgress, WindowIntent } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';

export interface StoredRow {
  readonly row: Row;
  readonly cursor: string | null;
  readonly snapshot: Micros;
}

export interface QuarantinedRow extends RejectedRow {
  /** Where the row is found again if its cursor is not known. */
  readonly range: CursorRange | undefined;
  readonly snapshot: Micros;
}

export interface MemoryTargetOptions {
  /** Called at each point of a commit; may throw, as a crash there would. */
  readonly at?: (point: 'before-commit' | 'mid-commit' | 'after-commit', batch: Batch) => void;
}

/** A target and its state in memory, for tests and examples: commits are atomic, everything else is lost with the process. */
export class MemoryTarget implements Sink, StateStore {
  readonly tables = new Map<string, Map<string, StoredRow>>();
  readonly progress = new Map<string, TableProgress>();
  readonly units = new Map<string, UnitProgress>();
  readonly intents = new Map<string, WindowIntent>();
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly quarantine = new Map<string, QuarantinedRow[]>();
  /** Rows and checkpoint of each commit, in order. */
  readonly commits: { tableId: string; rows: number; checkpoint: Checkpoint | undefined }[] = [];
  readonly #options: MemoryTargetOptions;
  readonly #content = new Map<string, (row: Row) => string>();

  constructor(options: MemoryTargetOptions = {}) {
    this.#options = options;
  }

  rowsOf(table: string): Row[] {
    return [...(this.tables.get(table)?.values() ?? [])].map((stored) => stored.row);
  }

  async prepare(table: TableSpec, description: TableDescription, _key: TargetKey, signal: AbortSignal): Promise<PreparedTarget> {
    await Promise.resolve();
    signal.throwIfAborted();
    this.#content.set(table.id, compileCanonical(description.columns));
    const created = !this.tables.has(table.target.table);
    if (created && !table.createTarget) {
      throw new BqsyncError('BQS_TARGET_MISSING', `table "${table.target.table}" does not exist`, {
        hint: 'create it, or set createTables: true',
      });
    }
    if (created) this.tables.set(table.target.table, new Map());
    return { created, notices: [] };
  }

  async commit(batch: Batch, _signal: AbortSignal): Promise<CommitOutcome> {
    await Promise.resolve();
    this.#options.at?.('before-commit', batch);
    this.#checkFence(batch);
    const rows = this.#tableOf(batch.table);
    const puts: [string, StoredRow][] = [];
    const outcome = {
      inserted: 0,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      contested: 0,
      contestedKeys: [] as string[],
      late: 0,
      lateOldest: null as string | null,
      rejected: batch.rejected,
    };
    for (const row of batch.rows) {
      const verdict = this.#decide(batch, row, rows.get(row.key));
      outcome[verdict] += 1;
      if (verdict === 'contested') outcome.contestedKeys.push(row.key);
      if (verdict === 'superseded' || verdict === 'contested' || (verdict === 'unchanged' && batch.compare)) continue;
      puts.push([row.key, { row: row.row, cursor: row.cursor, snapshot: batch.snapshot }]);
      if (verdict !== 'unchanged' && batch.lateBelow !== null && row.cursor !== null && row.cursor < batch.lateBelow) {
        outcome.late += 1;
        outcome.lateOldest = outcome.lateOldest === null || row.cursor < outcome.lateOldest ? row.cursor : outcome.lateOldest;
      }
    }
    const { progress, checkpoint, unit, clearUnits = 0 } = batch.record(outcome);
    this.#options.at?.('mid-commit', batch);
    // From here on nothing can fail: this is the commit.
    for (const [key, stored] of puts) rows.set(key, stored);
    this.#keepRejected(batch);
    if (progress !== undefined) this.progress.set(batch.table.id, progress);
    if (checkpoint !== undefined) this.checkpoints.set(checkpoint.id, checkpoint);
    if (unit !== undefined) this.units.set(`${unit.tableId}/${unit.index}`, unit);
    for (let index = 0; index < clearUnits; index++) this.units.delete(`${batch.table.id}/${index}`);
    this.commits.push({ tableId: batch.table.id, rows: batch.rows.length, checkpoint });
    this.#options.at?.('after-commit', batch);
    return outcome;
  }

  async deleteStale(table: TableSpec, before: Micros, _batchSize: number, signal: AbortSignal): Promise<number> {
    await Promise.resolve();
    signal.throwIfAborted();
    const rows = this.#tableOf(table);
    let deleted = 0;
    for (const [key, stored] of rows) {
      if (stored.snapshot >= before) continue;
      rows.delete(key);
      deleted += 1;
    }
    return deleted;
  }

  async finishRepair(
    table: TableSpec,
    repaired: readonly RepairedRange[],
    maxDeletes: number | undefined,
    signal: AbortSignal,
  ): Promise<RepairSettlement> {
    await Promise.resolve();
    signal.throwIfAborted();
    const rows = this.#tableOf(table);
    const kept = this.quarantine.get(table.id) ?? [];
    const held = new Set(kept.map(({ key }) => key));
    const gone =
      maxDeletes === undefined
        ? []
        : [...rows].filter(
            ([key, { cursor, snapshot }]) =>
              !held.has(key) && repaired.some((part) => snapshot < part.snapshot && rangeHolds(part.range, cursor)),
          );
    if (gone.length > (maxDeletes ?? 0))
      throw new BqsyncError('BQS_USAGE', `${gone.length} rows would be deleted, allowed are ${maxDeletes ?? 0}`);
    for (const [key] of gone) rows.delete(key);
    const unresolved = kept.filter((row) => !repaired.some((part) => row.snapshot < part.snapshot && rangeCovers(part.range, row)));
    this.quarantine.set(table.id, unresolved);
    return { deleted: gone.length, resolved: kept.length - unresolved.length };
  }

  loadProgress(tableId: string): Promise<TableProgress | undefined> {
    return Promise.resolve(this.progress.get(tableId));
  }

  loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]> {
    const found = Array.from({ length: units }, (_, index) => this.units.get(`${tableId}/${index}`));
    return Promise.resolve(found.filter((unit) => unit !== undefined).filter((unit) => unit.windowId === windowId));
  }

  loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    return Promise.resolve(this.intents.get(tableId));
  }

  saveIntent(intent: WindowIntent): Promise<void> {
    this.intents.set(intent.tableId, intent);
    return Promise.resolve();
  }

  /** A row that was rejected before replaces its record. */
  #keepRejected({ table, rejected, snapshot, range }: Batch): void {
    if (rejected.length === 0) return;
    const kept = new Map((this.quarantine.get(table.id) ?? []).map((row) => [identityOf(row), row]));
    for (const row of rejected) kept.set(identityOf(row), { ...row, range, snapshot });
    this.quarantine.set(table.id, [...kept.values()]);
  }

  #decide(batch: Batch, { cursor, row }: KeyedRow, stored: StoredRow | undefined): Verdict {
    const contentOf = this.#content.get(batch.table.id) ?? String;
    const version = stored && { cursor: stored.cursor, content: contentOf(stored.row), snapshot: stored.snapshot };
    return verdictOf(batch, { cursor, content: contentOf(row) }, version);
  }

  #checkFence({ table, fence }: Batch): void {
    const intent = this.intents.get(table.id);
    const touched = this.progress.get(table.id)?.touched ?? null;
    const isBegunFrom = fence.touched === undefined || touched === null || touched === fence.touched;
    if (!isBegunFrom || intent?.request.windowId !== fence.windowId || intent.bootId !== fence.bootId)
      throw new BqsyncError('BQS_FENCED', `another run has taken over table "${table.id}"`);
    if (fence.unit !== undefined && isUnitMoved(fence.unit, this.units.get(`${table.id}/${fence.unit.index}`)))
      throw new BqsyncError('BQS_UNIT_MOVED', `another thread has read on in unit ${fence.unit.index} of table "${table.id}"`);
  }

  #tableOf(table: TableSpec): Map<string, StoredRow> {
    const rows = this.tables.get(table.target.table);
    if (rows === undefined) throw new BqsyncError('BQS_TARGET_MISSING', `table "${table.target.table}" does not exist`);
    return rows;
  }
}

function identityOf({ key, reason, message, sample }: RejectedRow): string {
  return JSON.stringify(key === undefined ? [reason, message, sample] : key);
}
