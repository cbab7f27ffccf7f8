import { strict as assert } from 'node:assert';
import {
  type Batch,
  beginGeneration,
  type Checkpoint,
  type Column,
  type CommitOutcome,
  compileCanonical,
  type KeyedRow,
  type Micros,
  type PreparedTarget,
  type RepairedRange,
  type RepairSettlement,
  type Row,
  type TableDescription,
  type TableProgress,
  type TableSpec,
  type UnitProgress,
  type WindowIntent,
} from '@bqsync/core';
import { at, COLUMNS, instant, sampleRow, tableSpec } from './sample-table.ts';
import type { TargetHarness } from './target-harness.ts';

const SIGNAL = new AbortController().signal;

/** One table of a target under test, driven as the engine would: prepare, intent, commits. */
export class TargetSession {
  harness: TargetHarness;
  readonly table: TableSpec;
  readonly columns: readonly Column[];
  intent: WindowIntent;
  #sequence = 0;

  private constructor(harness: TargetHarness, table: TableSpec, columns: readonly Column[]) {
    this.harness = harness;
    this.table = table;
    this.columns = columns;
    this.intent = intentOf(table, 'w-1');
  }

  /** A new table, prepared, with its first window's intent stored. */
  static async begin(harness: TargetHarness, columns: readonly Column[] = COLUMNS): Promise<TargetSession> {
    const session = new TargetSession(harness, tableSpec({ project: 'kit', dataset: 'kit', database: harness.database }), columns);
    await session.prepare();
    await session.hold(session.intent);
    return session;
  }

  /** The same table in another harness over the same store, or one with another id. */
  static async join(harness: TargetHarness, other: TargetSession, id = other.table.id): Promise<TargetSession> {
    const session = new TargetSession(harness, { ...other.table, id }, other.columns);
    await session.prepare();
    await session.hold(session.intent);
    return session;
  }

  prepare(table = this.table): Promise<PreparedTarget> {
    return this.harness.sink.prepare(table, descriptionOf(this.columns), { kind: 'columns', columns: ['id'] }, SIGNAL);
  }

  /** Stores an intent and commits under it from now on. */
  async hold(intent: WindowIntent): Promise<void> {
    await this.harness.state.saveIntent(intent);
    this.intent = intent;
    this.#sequence = 0;
  }

  /** A batch at `snapshot` seconds after {@link SNAPSHOT}, fenced by the intent held. */
  batch(snapshot: number, rows: readonly Row[], changes: Partial<Batch> = {}): Batch {
    const { request, workerId, bootId } = this.intent;
    return {
      table: this.table,
      snapshot: snapshotAt(snapshot),
      sequence: this.#sequence++,
      rows: rows.map(keyed),
      rejected: [],
      compare: true,
      lateBelow: null,
      fence: { windowId: request.windowId, workerId, bootId },
      nodeId: 7,
      record: () => ({}),
      ...changes,
    };
  }

  commit(snapshot: number, rows: readonly Row[], changes: Partial<Batch> = {}): Promise<CommitOutcome> {
    return this.send(this.batch(snapshot, rows, changes));
  }

  send(batch: Batch): Promise<CommitOutcome> {
    return this.harness.sink.commit(batch, SIGNAL);
  }

  deleteStale(before: number, batchSize: number): Promise<number> {
    return this.harness.sink.deleteStale(this.table, snapshotAt(before), batchSize, SIGNAL);
  }

  finishRepair(repaired: readonly RepairedRange[], maxDeletes: number | undefined): Promise<RepairSettlement> {
    const { sink } = this.harness;
    assert.ok(
      sink.finishRepair !== undefined,
      'the sink has no finishRepair: waive the clauses of repairs if it cannot delete single rows',
    );
    return sink.finishRepair(this.table, repaired, maxDeletes, SIGNAL);
  }

  /** Ends the process and goes on in the next one. */
  async restart(): Promise<void> {
    this.harness = await this.harness.restart();
    const { created } = await this.prepare();
    assert.equal(created, false, 'the target of before the restart must be found again');
  }

  progress(changes: Partial<TableProgress> = {}): TableProgress {
    return { ...beginGeneration({ tableId: this.table.id, generation: 'g-1', epoch: 0 }, 'schema-1', false), ...changes };
  }

  unit(index: number, changes: Partial<UnitProgress> = {}): UnitProgress {
    return {
      tableId: this.table.id,
      windowId: this.intent.request.windowId,
      index,
      startRow: index * 100,
      endRow: index * 100 + 100,
      rowsDone: 10 + index,
      commits: 1,
      maxCursor: null,
      inserted: 10 + index,
      updated: 0,
      unchanged: 0,
      superseded: 0,
      quarantined: 0,
      ...changes,
    };
  }

  checkpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
    return {
      id: `${this.table.id}_7`,
      tableId: this.table.id,
      nodeId: 7,
      lastTimestamp: at(5, 1),
      recordsIngested: 3,
      lastSyncTime: at(9, 1),
      phase: 'initial',
      batchSize: 100,
      ...changes,
    };
  }

  /** Fails unless exactly these rows are stored, value by value. */
  async holds(rows: readonly Row[], message: string): Promise<void> {
    const text = compileCanonical(this.columns);
    const stored = await this.harness.rowsOf(this.table);
    const actual = Object.fromEntries(Array.from(stored, ([key, row]) => [key, text(row)] as const).sort(byKey));
    const wanted = Object.fromEntries(rows.map((row) => [keyed(row).key, text(row)] as const).sort(byKey));
    assert.deepEqual(actual, wanted, message);
  }

  /** Fails if a row is stored that is none of the ones given for its key, value by value; each key may also have none. */
  async holdsSomeOf(rows: readonly (readonly Row[])[], message: string): Promise<void> {
    const text = compileCanonical(this.columns);
    const allowed = new Map(rows.map((each) => [each[0] === undefined ? '' : keyed(each[0]).key, each.map(text)] as const));
    for (const [key, row] of await this.harness.rowsOf(this.table)) {
      assert.ok(allowed.get(key)?.includes(text(row)) === true, `${message}: the row ${key} is none of what was given`);
    }
  }
}

/** Seconds after a fixed instant, as a snapshot. */
export function snapshotAt(seconds: number): Micros {
  return instant(at(86_400 + seconds));
}

export function intentOf(table: TableSpec, windowId: string, changes: Partial<WindowIntent> = {}): WindowIntent {
  return {
    tableId: table.id,
    request: { windowId, kind: 'tail', range: { from: at(0, 1), to: null, nulls: 'exclude' } },
    generation: 'g-1',
    schemaHash: 'schema-1',
    epoch: 0,
    workerId: 'worker-1',
    bootId: 'boot-1',
    probe: { token: 't-1', modifiedAt: at(1, 1), streaming: false },
    ...changes,
  };
}

function descriptionOf(columns: readonly Column[]): TableDescription {
  return {
    columns,
    cursorType: 'TIMESTAMP',
    declaredKey: undefined,
    prunable: false,
    layout: 'made up',
    createdAt: instant(at(0)),
    probe: { token: 't-1', modifiedAt: instant(at(0)), streaming: false, rowCount: 0, bytes: 0 },
  };
}

function keyed(row: Row): KeyedRow {
  const { id, ts } = row;
  return { key: typeof id === 'string' ? id : '', cursor: typeof ts === 'string' ? ts : null, row };
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}

/** A commit that stores one of everything: a row, a rejected one, and each record. */
export function fullBatch(session: TargetSession): Batch {
  return session.batch(1, [sampleRow('whole', at(1))], {
    rejected: [{ key: 'bad', reason: 'decode', message: 'column "value" is no number', sample: '{}' }],
    record: () => ({
      progress: session.progress({ maxCursor: at(1) }),
      unit: session.unit(0),
      checkpoint: session.checkpoint(),
    }),
  });
}

/** Fails unless nothing of {@link fullBatch} is stored. */
export async function holdsNothing(session: TargetSession, message: string): Promise<void> {
  const { harness, table } = session;
  await session.holds([], message);
  assert.deepEqual(await harness.quarantineOf(table), [], `${message}: quarantine`);
  await holdsNoRecords(session, message);
}

/** Fails if a state record of {@link fullBatch} is stored before its rows and quarantine are, or a row that is not the batch's. */
export async function holdsNothingAhead(session: TargetSession, message: string): Promise<void> {
  const { harness, table } = session;
  await session.holdsSomeOf([[sampleRow('whole', at(1))]], message);
  const isWhole = (await harness.rowsOf(table)).size === 1 && (await harness.quarantineOf(table)).length === 1;
  if (!isWhole) await holdsNoRecords(session, `${message}, without all of its rows`);
}

async function holdsNoRecords({ harness, table, intent }: TargetSession, message: string): Promise<void> {
  assert.equal(await harness.state.loadProgress(table.id), undefined, `${message}: progress`);
  assert.deepEqual(await harness.state.loadUnits(table.id, intent.request.windowId, 1), [], `${message}: unit`);
  assert.deepEqual(await harness.checkpointsOf(table), [], `${message}: checkpoint`);
}

/** Fails unless all of {@link fullBatch} is stored. */
export async function holdsAll(session: TargetSession, message: string): Promise<void> {
  const { harness, table } = session;
  await session.holds([sampleRow('whole', at(1))], message);
  assert.deepEqual(
    (await harness.quarantineOf(table)).map(({ key, reason }) => ({ key, reason })),
    [{ key: 'bad', reason: 'decode' }],
    message,
  );
  assert.deepEqual(await harness.state.loadProgress(table.id), session.progress({ maxCursor: at(1) }), `${message}: progress`);
  assert.deepEqual(await harness.state.loadUnits(table.id, session.intent.request.windowId, 1), [session.unit(0)], `${message}: unit`);
  assert.deepEqual(await harness.checkpointsOf(table), [session.checkpoint()], `${message}: checkpoint`);
}
