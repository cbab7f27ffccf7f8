import {
  type Batch,
  type CommitOutcome,
  compileCanonical,
  formatInstant,
  isUnitMoved,
  type Micros,
  parseInstant,
  type PreparedTarget,
  type RepairedRange,
  type RepairSettlement,
  type Row,
  type Sink,
  type StateStore,
  type TableDescription,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  type UnitProgress,
  verdictOf,
  type WindowIntent,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { doomedRows, keepRejected, resolvedRecords } from './quarantine.ts';
import { rowFromJson, rowToJson } from './row-json.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Rows, quarantine and progress in one SQLite file, each commit one transaction. Held to every clause of the contracts of `@bqsync/testkit`. */
export class SqliteTarget implements Sink, StateStore {
  readonly #store: SqliteStore;
  /** By table id: the text of a row by which two rows are compared. */
  readonly #contents = new Map<string, (row: Row) => string>();

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  async prepare(table: TableSpec, description: TableDescription, _key: TargetKey, signal: AbortSignal): Promise<PreparedTarget> {
    await Promise.resolve();
    signal.throwIfAborted();
    const name = table.target.table;
    const created = this.#store.get('SELECT name FROM target WHERE name = ?', name) === undefined;
    if (created && !table.createTarget) {
      throw new BqsyncError('BQS_TARGET_MISSING', `target "${name}" of table "${table.id}" does not exist`, {
        hint: 'set createTarget: true',
      });
    }
    if (created) this.#store.transaction(() => this.#store.run('INSERT INTO target (name) VALUES (?)', name));
    this.#contents.set(table.id, compileCanonical(description.columns));
    return { created, notices: [] };
  }

  async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    await Promise.resolve();
    signal.throwIfAborted();
    return this.#store.transaction(() => {
      this.#checkFence(batch);
      const { outcome, write } = this.#decide(batch);
      const { progress, unit, checkpoint, clearUnits = 0 } = batch.record(outcome);
      write();
      keepRejected(this.#store, batch);
      const { id } = batch.table;
      if (progress !== undefined) this.#store.save('progress', id, progress);
      if (unit !== undefined) this.#store.save('unit', unitId(id, unit.index), unit);
      if (checkpoint !== undefined) this.#store.save('checkpoint', checkpoint.id, checkpoint);
      for (let index = 0; index < clearUnits; index++)
        this.#store.run("DELETE FROM state WHERE kind = 'unit' AND id = ?", unitId(id, index));
      return outcome;
    });
  }

  async deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    const sql = 'DELETE FROM row WHERE target = ? AND key IN (SELECT key FROM row WHERE target = ? AND snapshot < ? LIMIT ?)';
    const target = table.target.table;
    let deleted = 0;
    for (;;) {
      await Promise.resolve();
      signal.throwIfAborted();
      const some = this.#store.transaction(() => this.#store.run(sql, target, target, formatInstant(before), batchSize));
      deleted += some;
      if (some < batchSize) return deleted;
    }
  }

  async finishRepair(
    table: TableSpec,
    repaired: readonly RepairedRange[],
    maxDeletes: number | undefined,
    signal: AbortSignal,
  ): Promise<RepairSettlement> {
    await Promise.resolve();
    signal.throwIfAborted();
    return this.#store.transaction(() => {
      const gone = maxDeletes === undefined ? [] : doomedRows(this.#store, table, repaired);
      if (gone.length > (maxDeletes ?? 0)) {
        throw new BqsyncError('BQS_USAGE', `${gone.length} rows of "${table.id}" would be deleted, allowed are ${maxDeletes ?? 0}`);
      }
      for (const key of gone) this.#store.run('DELETE FROM row WHERE target = ? AND key = ?', table.target.table, key);
      const resolved = resolvedRecords(this.#store, table, repaired);
      for (const identity of resolved) this.#store.run('DELETE FROM quarantine WHERE table_id = ? AND identity = ?', table.id, identity);
      return { deleted: gone.length, resolved: resolved.length };
    });
  }

  loadProgress(tableId: string): Promise<TableProgress | undefined> {
    return Promise.resolve(this.#progressOf(tableId));
  }

  loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]> {
    const found = Array.from({ length: units }, (_, index) => this.#unitOf(tableId, index));
    return Promise.resolve(found.filter((unit) => unit !== undefined).filter((unit) => unit.windowId === windowId));
  }

  loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    return Promise.resolve(this.#intentOf(tableId));
  }

  saveIntent(intent: WindowIntent): Promise<void> {
    this.#store.transaction(() => {
      this.#store.save('intent', intent.tableId, intent);
    });
    return Promise.resolve();
  }

  #progressOf(tableId: string): TableProgress | undefined {
    return this.#store.load('progress', tableId) as TableProgress | undefined;
  }

  #unitOf(tableId: string, index: number): UnitProgress | undefined {
    return this.#store.load('unit', unitId(tableId, index)) as UnitProgress | undefined;
  }

  #intentOf(tableId: string): WindowIntent | undefined {
    return this.#store.load('intent', tableId) as WindowIntent | undefined;
  }

  rowsOf(target: string): ReadonlyMap<string, Row> {
    const found = this.#store.all('SELECT key, value FROM row WHERE target = ? ORDER BY key', target);
    return new Map(found.map(({ key, value }) => [String(key), rowFromJson(String(value))]));
  }

  /** What becomes of each row, and the writing of those that are written, for when the records are made. */
  #decide(batch: Batch): { readonly outcome: CommitOutcome; readonly write: () => void } {
    const target = batch.table.target.table;
    const contentOf = this.#contents.get(batch.table.id);
    if (contentOf === undefined) throw new BqsyncError('BQS_INTERNAL', `table "${batch.table.id}" is written to before it is prepared`);
    const counts = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
    const contestedKeys: string[] = [];
    const lateCursors: string[] = [];
    const puts: (() => void)[] = [];
    for (const { key, cursor, row } of batch.rows) {
      const found = this.#store.get('SELECT cursor, content, snapshot FROM row WHERE target = ? AND key = ?', target, key);
      const stored = found && {
        cursor: found['cursor'] as string | null,
        content: String(found['content']),
        snapshot: instant(found['snapshot']),
      };
      const content = contentOf(row);
      const verdict = verdictOf(batch, { cursor, content }, stored);
      counts[verdict] += 1;
      if (verdict === 'contested') contestedKeys.push(key);
      if (verdict === 'superseded' || verdict === 'contested' || (verdict === 'unchanged' && batch.compare)) continue;
      const sql = 'INSERT OR REPLACE INTO row (target, key, cursor, snapshot, content, value) VALUES (?, ?, ?, ?, ?, ?)';
      puts.push(() => this.#store.run(sql, target, key, cursor, formatInstant(batch.snapshot), content, rowToJson(row)));
      const isLate = batch.lateBelow !== null && cursor !== null && cursor < batch.lateBelow;
      if (verdict !== 'unchanged' && isLate) lateCursors.push(cursor);
    }
    const lateOldest = lateCursors.toSorted()[0] ?? null;
    const outcome = { ...counts, contestedKeys, late: lateCursors.length, lateOldest, rejected: batch.rejected };
    return { outcome, write: () => puts.forEach((put) => put()) };
  }

  /** Only who holds the window may commit, from the progress and the unit that it began from. */
  #checkFence({ table, fence }: Batch): void {
    const intent = this.#intentOf(table.id);
    const touched = this.#progressOf(table.id)?.touched ?? null;
    const isBegunFrom = fence.touched === undefined || touched === null || touched === fence.touched;
    if (!isBegunFrom || intent?.request.windowId !== fence.windowId || intent.bootId !== fence.bootId) {
      throw new BqsyncError('BQS_FENCED', `another run has taken over table "${table.id}"`);
    }
    if (fence.unit !== undefined && isUnitMoved(fence.unit, this.#unitOf(table.id, fence.unit.index))) {
      throw new BqsyncError('BQS_UNIT_MOVED', `another thread has read on in unit ${fence.unit.index} of table "${table.id}"`);
    }
  }
}

function unitId(tableId: string, index: number): string {
  return `${tableId}/${index}`;
}

function instant(text: unknown): Micros {
  const at = parseInstant(String(text));
  if (at === undefined) throw new BqsyncError('BQS_STATE_DAMAGED', `a stored row has the snapshot ${String(text)}, which is no instant`);
  return at;
}
