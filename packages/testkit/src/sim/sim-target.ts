import {
  type Batch,
  type Column,
  type CommitOutcome,
  compileCanonical,
  formatInstant,
  isUnitMoved,
  type KeyedRow,
  type Micros,
  type PreparedTarget,
  type RejectedRow,
  type Row,
  sampleOf,
  type Sink,
  type StateStore,
  type TableDescription,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  type UnitProgress,
  type WindowIntent,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { CrashPoint, Mischief } from './faults.ts';
import { type Entry, EXCLUSIVE_WRITES, type HarperNode, type ModelHarper, STEP_MS, versionAbove, type Write } from './model-harper.ts';
import type { SimProcess } from './sim-process.ts';

export interface TargetRow {
  readonly cursor: string | null;
  readonly content: string;
  readonly snapshot: Micros;
  readonly row: Row;
}

type Verdict = 'inserted' | 'updated' | 'unchanged' | 'superseded' | 'contested';

/** Names of the state tables in a node's replica; a target table has its own. */
export const STATE = {
  progress: 'SyncTable',
  intent: 'SyncWindow',
  unit: 'SyncUnit',
  checkpoint: 'SyncCheckpoint',
  audit: 'SyncAudit',
  node: 'SyncNode',
} as const;

/** A unit, a progress and a checkpoint: what one commit may write beside rows and quarantine. */
const STATE_RECORDS = 3;

/** Whether writes are committed as one transaction: fewer may be dropped by a replica. */
function isAtomic(writes: number): boolean {
  return writes >= EXCLUSIVE_WRITES;
}

/** Each node keeps records of its own. */
export function recordId(tableId: string, node: string): string {
  return `${tableId}@${node}`;
}

/** The other nodes' progress as it has arrived at `node`. */
export function progressElsewhere(node: HarperNode, tableId: string): Map<string, TableProgress> {
  const found = new Map<string, TableProgress>();
  for (const [id, { value }] of node.table(STATE.progress)) {
    const at = tableId.length;
    if (id.charAt(at) !== '@' || !id.startsWith(tableId) || id.endsWith(`@${node.name}`)) continue;
    found.set(id.slice(at + 1), value as TableProgress);
  }
  return found;
}

/** What the rows that a source answers with say, as far as a target has made it out, by the columns that it was prepared for. */
export type RowContents = Map<KeyedRow['row'], { readonly columns: readonly Column[] | undefined; readonly content: string }>;

/** Told of every commit, right after it, with what it was given. */
export interface CommitWatch {
  /** `before`: the record of the unit that `unit` replaces. */
  committed(
    batch: Batch,
    outcome: CommitOutcome,
    progress: TableProgress | undefined,
    unit: UnitProgress | undefined,
    before: UnitProgress | undefined,
  ): void;
}

/** Sink and state on one node of the model of Harper, by the rules of `@bqsync/harper`: versions from the snapshot, one transaction, fences. */
export class SimTarget implements Sink, StateStore {
  readonly #harper: ModelHarper;
  readonly #node: HarperNode;
  readonly #process: SimProcess;
  readonly #mischief: Mischief;
  readonly #watch: CommitWatch;
  readonly #refuses: (row: KeyedRow) => boolean;
  #contentOf: ((row: KeyedRow['row']) => string) | undefined;
  #columns: readonly Column[] | undefined;
  readonly #contents: RowContents;

  constructor(
    harper: ModelHarper,
    process: SimProcess,
    mischief: Mischief,
    watch: CommitWatch,
    contents: RowContents,
    refuses: (row: KeyedRow) => boolean,
  ) {
    this.#contents = contents;
    this.#harper = harper;
    this.#node = harper.node(process.node);
    this.#process = process;
    this.#mischief = mischief;
    this.#watch = watch;
    this.#refuses = refuses;
  }

  async prepare(table: TableSpec, description: TableDescription, _key: TargetKey, signal: AbortSignal): Promise<PreparedTarget> {
    await this.#process.latency();
    signal.throwIfAborted();
    if (this.#columns !== undefined && this.#columns !== description.columns && this.#dies('during-schema-change'))
      await this.#process.pass(0);
    this.#columns = description.columns;
    this.#contentOf = compileCanonical(description.columns);
    const created = !this.#node.hasTable(table.target.table);
    this.#node.table(table.target.table);
    return { created, notices: [] };
  }

  async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    if (this.#dies('before-commit')) await this.#process.pass(0);
    const candidates: KeyedRow[] = [];
    const rejected: RejectedRow[] = [...batch.rejected];
    for (const row of batch.rows) {
      if (this.#refuses(row)) rejected.push({ key: row.key, reason: 'target-refused', message: 'refused', sample: sampleOf(row.row) });
      else candidates.push(row);
    }
    await this.#process.latency();
    signal.throwIfAborted();
    if (this.#dies('mid-commit')) await this.#process.pass(0);
    const outcome = await this.#transact(batch, candidates, rejected);
    if (this.#dies('after-commit')) await this.#process.pass(0);
    await this.#process.latency();
    return outcome;
  }

  async deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    const name = table.target.table;
    const rows = this.#node.table(name);
    let deleted = 0;
    for (;;) {
      await this.#process.latency();
      signal.throwIfAborted();
      const doomed: Write[] = [];
      const floor = Number(before) / 1000 - STEP_MS;
      for (const [id, entry] of rows) {
        if (doomed.length >= batchSize) break;
        const row = entry.value as TargetRow | undefined;
        if (row !== undefined && row.snapshot < before) doomed.push({ table: name, id, value: undefined });
      }
      const count = doomed.length;
      if (count === 0) return deleted;
      // Each no higher than it must be: rows of this life of the table may be on their way here.
      const isAbove = ({ id }: Write): boolean => this.#node.version(name, id) >= floor - count * STEP_MS;
      const newer = doomed.filter(isAbove);
      const older = doomed.filter((write) => !isAbove(write));
      this.#store(older, floor, -STEP_MS);
      for (const write of newer) this.#store([write], floor, 0);
      deleted += count;
      if (this.#dies('after-commit')) await this.#process.pass(0);
    }
  }

  async loadProgress(tableId: string): Promise<TableProgress | undefined> {
    await (this.#dies('during-planning') ? this.#process.pass(0) : undefined);
    await this.#process.latency();
    return this.#read(STATE.progress, recordId(tableId, this.#node.name)) as TableProgress | undefined;
  }

  async loadElsewhere(tableId: string): Promise<ReadonlyMap<string, TableProgress>> {
    await this.#process.latency();
    return progressElsewhere(this.#node, tableId);
  }

  async arrivals(tableId: string, nodes: readonly string[]): Promise<string> {
    await this.#process.latency();
    const ids = nodes.map((node) => recordId(tableId, node));
    const found: string[] = [];
    for (const name of [STATE.progress, STATE.unit])
      for (const [id, { version }] of this.#node.table(name))
        if (ids.some((own) => id === own || id.startsWith(`${own}/`))) found.push(`${id}:${String(version)}`);
    return found.sort().join();
  }

  async loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    await this.#process.latency();
    return this.#read(STATE.intent, recordId(tableId, this.#node.name)) as WindowIntent | undefined;
  }

  async loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]> {
    await this.#process.latency();
    const found: UnitProgress[] = [];
    for (let index = 0; index < units; index++) {
      const unit = this.#read(STATE.unit, `${recordId(tableId, this.#node.name)}/${String(index)}`) as UnitProgress | undefined;
      if (unit?.windowId === windowId) found.push(unit);
    }
    return found;
  }

  async saveIntent(intent: WindowIntent): Promise<void> {
    if (this.#dies('during-planning')) await this.#process.pass(0);
    await this.#process.latency();
    // The wall clock may have stepped back since the stored record.
    const id = recordId(intent.tableId, this.#node.name);
    const version = this.#node.claim(versionAbove(this.#process.wallMs(), this.#node.version(STATE.intent, id)));
    this.#harper.commit(this.#node, version, [{ table: STATE.intent, id, value: intent }]);
    await this.#process.latency();
    const now = this.#read(STATE.intent, id) as WindowIntent | undefined;
    if (now?.request.windowId === intent.request.windowId && now.bootId === intent.bootId) return;
    throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', 'another window was stored instead');
  }

  #checkFence({ table, fence }: Batch, own: string): void {
    const intent = this.#read(STATE.intent, own) as WindowIntent | undefined;
    if (intent?.request.windowId !== fence.windowId || intent.workerId !== fence.workerId || intent.bootId !== fence.bootId)
      throw new BqsyncError('BQS_FENCED', `commit to table "${table.id}" refused`);
    const touched = (this.#read(STATE.progress, own) as TableProgress | undefined)?.touched ?? null;
    if (fence.touched !== undefined && touched !== null && touched !== fence.touched)
      throw new BqsyncError('BQS_FENCED', `commit to table "${table.id}" refused: its progress is another`);
    if (fence.unit !== undefined && isUnitMoved(fence.unit, this.#unit(own, fence.unit.index)))
      throw new BqsyncError('BQS_UNIT_MOVED', `commit to table "${table.id}" refused: its unit has moved`);
  }

  #unit(own: string, index: number): UnitProgress | undefined {
    return this.#read(STATE.unit, `${own}/${String(index)}`) as UnitProgress | undefined;
  }

  /** Stores writes as `@bqsync/harper` does: in one transaction where they are enough, else one by one. */
  #store(writes: readonly Write[], first: number, stepMs: number): void {
    if (writes.length === 0) return;
    if (isAtomic(writes.length)) {
      const version = writes.reduce((wanted, { table, id }) => versionAbove(wanted, this.#node.version(table, id)), first);
      this.#harper.commit(this.#node, version, writes);
      return;
    }
    for (const [index, write] of writes.entries()) {
      const wanted = versionAbove(first + index * stepMs, this.#node.version(write.table, write.id));
      this.#harper.commit(this.#node, this.#node.claim(wanted, stepMs < 0 ? -1 : 1), [write]);
    }
  }

  /** Until the rows are stored what happens is one moment: what was read is what is overwritten. */
  async #transact(batch: Batch, candidates: readonly KeyedRow[], rejected: readonly RejectedRow[]): Promise<CommitOutcome> {
    const { table } = batch;
    const own = recordId(table.id, this.#node.name);
    this.#checkFence(batch, own);
    const name = table.target.table;
    const rows = this.#node.table(name);
    const counts = { inserted: 0, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
    const contestedKeys: string[] = [];
    const writes: Write[] = [];
    let late = 0;
    let lateOldest: string | null = null;
    for (const { key, cursor, row } of candidates) {
      const stored = rows.get(key);
      const next: TargetRow = { cursor, content: this.#content(row), snapshot: batch.snapshot, row };
      const verdict = judge(stored, next, batch.compare, batch.keepFrom);
      counts[verdict] += 1;
      if (verdict === 'contested') contestedKeys.push(key);
      if (verdict === 'superseded' || verdict === 'contested' || (verdict === 'unchanged' && batch.compare)) continue;
      writes.push({ table: name, id: key, value: next });
      if (verdict === 'unchanged' || batch.lateBelow === null || cursor === null || cursor >= batch.lateBelow) continue;
      late += 1;
      if (lateOldest === null || cursor < lateOldest) lateOldest = cursor;
    }
    const { inserted, updated, unchanged, superseded, contested } = counts;
    const isOne = isAtomic(writes.length + rejected.length);
    const versions = isOne ? 1 : writes.length + rejected.length + STATE_RECORDS;
    const outcome: CommitOutcome = {
      inserted,
      updated,
      unchanged,
      superseded,
      contested,
      contestedKeys,
      late,
      lateOldest,
      rejected,
      versions,
    };
    const { progress, unit, checkpoint, clearUnits = 0 } = batch.record(outcome);
    const stepMs = STEP_MS * (batch.stride ?? 1);
    const first = Number(batch.snapshot) / 1000 + batch.sequence * STEP_MS;
    const lifted = isOne ? writes.reduce((version, { id }) => versionAbove(version, this.#node.version(name, id)), first) : first;
    for (const row of rejected) {
      const id = `${table.id}/${row.reason}/${row.sample}`;
      const snapshot = formatInstant(batch.snapshot);
      const stored = this.#read(STATE.audit, id) as { readonly snapshot: string } | undefined;
      // A record of a newer snapshot stands; in one transaction any does that would lift the rows above newer ones.
      if ((stored !== undefined && stored.snapshot > snapshot) || (isOne && this.#node.version(STATE.audit, id) >= lifted)) continue;
      writes.push({ table: STATE.audit, id, value: { ...row, snapshot } });
    }
    const state: Write[] = [];
    if (unit !== undefined) state.push({ table: STATE.unit, id: `${own}/${String(unit.index)}`, value: unit });
    if (progress !== undefined) state.push({ table: STATE.progress, id: own, value: progress });
    if (checkpoint !== undefined && this.#node.version(STATE.checkpoint, checkpoint.id) < lifted)
      state.push({ table: STATE.checkpoint, id: checkpoint.id, value: checkpoint });
    const cleared = Array.from({ length: clearUnits }, (_, index): Write => {
      return { table: STATE.unit, id: `${own}/${String(index)}`, value: undefined };
    });
    const before = unit && this.#unit(own, unit.index);
    const all = [...writes, ...cleared, ...state];
    if (isAtomic(all.length)) {
      this.#watch.committed(batch, outcome, progress, unit, before);
      this.#store(all, first, stepMs);
      return outcome;
    }
    await this.#storeRows(writes, first, stepMs);
    // Other threads have had their turn.
    if (writes.length > 0) this.#checkFence(batch, own);
    this.#watch.committed(batch, outcome, progress, unit, before);
    const used = first + writes.length * stepMs;
    const isInHand = progress?.window !== null;
    if (isInHand) this.#store(cleared, used + STATE_RECORDS * stepMs, stepMs);
    this.#store(state, used, stepMs);
    if (!isInHand) this.#store(cleared, used + STATE_RECORDS * stepMs, stepMs);
    return outcome;
  }

  /** One by one, so that a process may die with some of them stored. */
  async #storeRows(rows: readonly Write[], first: number, stepMs: number): Promise<void> {
    if (rows.length === 0) return;
    if (this.#dies('mid-commit')) {
      this.#store(rows.slice(0, this.#process.random.between(0, rows.length)), first, stepMs);
      await this.#process.pass(0);
    }
    this.#store(rows, first, stepMs);
    await this.#process.pass(this.#process.random.next() * 3);
  }

  #content(row: KeyedRow['row']): string {
    if (this.#contentOf === undefined) throw new BqsyncError('BQS_INTERNAL', 'a commit before its target was prepared');
    const known = this.#contents.get(row);
    if (known !== undefined && known.columns === this.#columns) return known.content;
    const content = this.#contentOf(row);
    this.#contents.set(row, { columns: this.#columns, content });
    return content;
  }

  #read(table: string, id: string): unknown {
    return this.#node.table(table).get(id)?.value;
  }

  /** Tells where the process is, which may be its end. */
  #dies(point: CrashPoint): boolean {
    this.#mischief.reach(point, this.#process);
    return !this.#process.alive;
  }
}

function judge(entry: Entry | undefined, next: TargetRow, compare: boolean, keepFrom: string | undefined): Verdict {
  const stored = entry?.value as TargetRow | undefined;
  if (stored === undefined) return 'inserted';
  const isOlder = stored.snapshot < next.snapshot;
  if (stored.content === next.content) return isOlder ? 'unchanged' : 'superseded';
  if (stored.snapshot > next.snapshot) return 'superseded';
  if (keepFrom !== undefined && stored.cursor !== null && stored.cursor >= keepFrom) return 'superseded';
  if (isGreater(next, stored)) return 'updated';
  if (!isOlder) return 'superseded';
  return compare ? 'contested' : 'updated';
}

/** By cursor, a missing one first, then by content. */
export function isGreater(a: Pick<TargetRow, 'cursor' | 'content'>, b: Pick<TargetRow, 'cursor' | 'content'>): boolean {
  const [mine, other] = [a.cursor ?? '', b.cursor ?? ''];
  return mine === other ? a.content > b.content : mine > other;
}
