import { formatInstant, type RejectedRow, type UnitProgress, type Value } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import type { Target } from '../app/calls.ts';
import { at, column, intent, keyed, order, progress, target, type TargetOptions } from '../fixtures.ts';
import type { HarperApp } from '../harper-app.ts';

export function registerSinkTests(app: HarperApp): void {
  let made = 0;
  /** A fresh target, prepared, with its window stored. */
  async function fresh(options: TargetOptions = {}): Promise<Target & { name: string }> {
    const name = `T${String(++made)}`;
    const into = target(name, options);
    await app.call('prepare', into);
    await app.call('saveIntent', intent(name));
    return { ...into, name };
  }
  const rowsOf = async (name: string): Promise<Record<string, unknown>> =>
    Object.fromEntries((await app.call('rows', name)).map(({ key, row }) => [key, row.v]));

  describe('a commit', () => {
    it('stores rows, quarantine, progress and checkpoint together (R2)', async () => {
      const into = await fresh();
      const rejected: RejectedRow[] = [{ key: undefined, reason: 'decode', message: 'column "v": no date', sample: '{"v":"?"}' }];
      const outcome = await app.call(
        'commit',
        order(into, [keyed('a'), keyed('b'), keyed('')], { rejected, progress: progress(into.name, 2) }),
      );
      expect(outcome).toMatchObject({ inserted: 2, updated: 0, unchanged: 0, superseded: 0, contested: 0, late: 0, lateOldest: null });
      expect(outcome.rejected.map(({ reason }) => reason)).toEqual(['decode', 'key-empty']);
      expect(await app.call('rows', into.name)).toEqual(
        ['a', 'b'].map((key) => ({ key, row: { k: key, ts: null, v: 'v' }, syncedAt: formatInstant(at()) })),
      );
      expect(await app.call('loadProgress', into.name)).toEqual(progress(into.name, 2));
      expect((await app.call('entry', 'SyncCheckpoint', `${into.name}_7`))?.record).toMatchObject({
        tableId: into.name,
        nodeId: 7,
        batchSize: 500,
      });
      const audit = (await app.call('rows', 'SyncAudit')).filter(({ row }) => row.tableId === into.name).map(({ row }) => row);
      expect(audit).toHaveLength(2);
      expect(audit.find(({ recordSample }) => recordSample === '{"v":"?"}')).toMatchObject({
        timestamp: formatInstant(at()),
        nodeId: 7,
        status: 'quarantined',
        reason: 'decode: column "v": no date',
        bigQueryCount: null,
        harperCount: null,
        delta: null,
      });
    });

    it.each([3, 500])('of %i rows whose records cannot be made stores nothing (R2)', async (count) => {
      const into = await fresh();
      const rows = Array.from({ length: count }, (_, index) => keyed(`k${String(index)}`));
      await expect(app.call('commit', order(into, rows, { failInside: true }))).rejects.toMatchObject({
        code: 'BQS_TARGET_COMMIT_FAILED',
        retryable: true,
        message: expect.stringContaining('thrown inside the transaction'),
      });
      expect(await app.call('count', into.name)).toBe(0);
      expect(await app.call('loadProgress', into.name)).toBeUndefined();
      // The worker goes on.
      expect(await app.call('commit', order(into, rows))).toMatchObject({ inserted: count });
    });

    it('of a shared window stores its unit with the rows, and the last one takes all units away (R2, R13)', async () => {
      const into = await fresh();
      const unit = (index: number, rowsDone: number): UnitProgress => ({
        tableId: into.name,
        windowId: 'w1',
        index,
        startRow: index * 10,
        endRow: index * 10 + 10,
        rowsDone,
        commits: 1,
        maxCursor: null,
        inserted: rowsDone,
        updated: 0,
        unchanged: 0,
        superseded: 0,
        quarantined: 0,
      });
      await app.call('commit', order(into, [keyed('a')], { unit: unit(0, 1) }));
      await app.call('commit', order(into, [keyed('b')], { unit: unit(2, 1) }));
      await app.call('commit', order(into, [keyed('c')], { unit: unit(2, 2), sequence: 1 }));
      expect(await app.call('loadUnits', into.name, 'w1', 3)).toEqual([unit(0, 1), unit(2, 2)]);
      expect(await app.call('loadUnits', into.name, 'w0', 3)).toEqual([]);
      expect(await app.call('loadProgress', into.name)).toBeUndefined();
      await app.call('commit', order(into, [], { clearUnits: 3, sequence: 4 }));
      expect(await app.call('loadUnits', into.name, 'w1', 3)).toEqual([]);
      expect(await app.call('loadProgress', into.name)).toBeDefined();
      expect(await app.call('count', into.name)).toBe(3);
    });

    it('lesson 12: rows that cannot be stored go to quarantine, the rest and the progress are stored (INV-14)', async () => {
      const into = await fresh({ columns: [column('k'), column('ts', 'TIMESTAMP'), column('v', 'JSON')] });
      const bad = new Map() as unknown as Value;
      const rows = [
        ...Array.from({ length: 150 }, (_, index) => keyed(`k${String(index)}`)),
        keyed('map', { v: bad }),
        keyed('lone', { v: '\ud800' }),
        keyed('x'.repeat(1_901)),
      ];
      const outcome = await app.call('commit', order(into, rows));
      expect(outcome).toMatchObject({ inserted: 150 });
      expect(outcome.rejected.map(({ reason }) => reason)).toEqual(['value-unstorable', 'text-invalid', 'key-too-long']);
      expect(await app.call('count', into.name)).toBe(150);
    });

    it('lesson 12: a target that is gone is an error, and progress stays', async () => {
      const into = await fresh();
      await app.harper.operation({ operation: 'drop_table', database: 'data', table: into.name });
      await expect(app.call('commit', order(into, [keyed('a')]))).rejects.toMatchObject({ code: 'BQS_TARGET_MISSING' });
      expect(await app.call('loadProgress', into.name)).toBeUndefined();
    });

    it('lesson 14: a source column named id is kept beside the key', async () => {
      const into = await fresh({ columns: [column('id'), column('ts', 'TIMESTAMP')], key: { kind: 'content', ordinal: false } });
      await app.call('commit', order(into, [{ key: 'hash', cursor: null, row: { id: 'mine', ts: null } }]));
      expect((await app.call('rows', into.name)).map(({ row }) => row)).toEqual([{ id: 'hash', source_id: 'mine', ts: null }]);
    });

    it('takes every key that it does not reject', async () => {
      const into = await fresh();
      const keys = [
        '😀',
        ' ',
        'a/b',
        '123',
        'true',
        'null',
        '\u0005',
        '\u0005'.repeat(1_900),
        'k'.repeat(1_900),
        'é'.repeat(950),
        '😀'.repeat(475),
        '__proto__',
      ];
      expect(
        await app.call(
          'commit',
          order(
            into,
            keys.map((key) => keyed(key)),
          ),
        ),
      ).toMatchObject({ inserted: keys.length, rejected: [] });
      for (const key of keys) expect((await app.call('entry', into.name, key))?.record).toMatchObject({ k: key });
      expect((await app.call('rows', into.name)).map(({ key }) => key).sort()).toEqual([...keys].sort());
      expect(
        await app.call(
          'commit',
          order(
            into,
            keys.map((key) => keyed(key)),
            { snapshot: at(1) },
          ),
        ),
      ).toMatchObject({ unchanged: keys.length });
    });
  });

  describe('the fence', () => {
    it.each([
      ['another window', intent('x', 'w2')],
      ['another boot of the same worker', intent('x', 'w1', 'boot2')],
    ])('refuses a commit under %s, storing nothing (R9)', async (_what, other) => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a')]));
      await app.call('saveIntent', { ...other, tableId: into.name });
      const late = order(into, [keyed('b')], { sequence: 1, progress: progress(into.name, 99) });
      await expect(app.call('commit', late)).rejects.toMatchObject({ code: 'BQS_FENCED', retryable: true });
      expect(await rowsOf(into.name)).toEqual({ a: 'v' });
      expect((await app.call('loadProgress', into.name))?.window?.rowsDone).toBe(0);
    });

    it('refuses a commit without any stored window', async () => {
      const into = target(`T${String(++made)}`);
      await app.call('prepare', into);
      await expect(app.call('commit', order(into, [keyed('a')]))).rejects.toMatchObject({ code: 'BQS_FENCED' });
    });
  });

  describe('versions (rule R1)', () => {
    it('come from the snapshot, not from the wall clock (R1)', async () => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a')], { snapshot: at(123_456), sequence: 2 }));
      const version = (await app.call('entry', into.name, 'a'))!.version;
      expect(version).toBeCloseTo(Number(at(123_456)) / 1000 + 0.002, 3);
      // The progress is written after the row, by itself (R2).
      expect((await app.call('entry', 'SyncTable', into.name))!.version).toBeCloseTo(version + 0.001, 4);
    });

    it('rise above what is stored, so that a clock that was an hour ahead loses no row (R1)', async () => {
      const into = await fresh();
      const ahead = Date.now() + 3_600_000;
      await app.call('put', into.name, { k: 'a', ts: null, v: 'local edit' }, ahead);
      await app.call('put', 'SyncTable', { id: into.name }, ahead + 5);
      await app.call('put', 'SyncWindow', { id: into.name }, ahead);
      await app.call('saveIntent', intent(into.name));
      expect(await app.call('commit', order(into, [keyed('a'), keyed('b')], { compare: false }))).toMatchObject({
        updated: 1,
        inserted: 1,
      });
      expect(await rowsOf(into.name)).toEqual({ a: 'v', b: 'v' });
      expect(await app.call('loadProgress', into.name)).toEqual(progress(into.name));
      expect((await app.call('entry', into.name, 'a'))!.version).toBeGreaterThan(ahead);
    });

    it('rise above those of deleted rows (R1)', async () => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a')]));
      await app.call('remove', into.name, 'a');
      expect(await app.call('commit', order(into, [keyed('a')], { sequence: 1 }))).toMatchObject({ inserted: 1 });
      expect(await rowsOf(into.name)).toEqual({ a: 'v' });
    });

    it('an older snapshot never replaces a newer one (R1, INV-5)', async () => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a', { v: 'new' }, '5')], { snapshot: at(10) }));
      expect(await app.call('commit', order(into, [keyed('a', { v: 'old' }, '9')], { snapshot: at(9), sequence: 1 }))).toMatchObject({
        superseded: 1,
      });
      expect(await rowsOf(into.name)).toEqual({ a: 'new' });
    });
  });

  describe('rows of one key', () => {
    it.each([
      ['greater cursor first', [keyed('a', { v: '1' }, '2026-02'), keyed('a', { v: '2' }, '2026-01')], '1'],
      ['greater cursor last', [keyed('a', { v: '2' }, '2026-01'), keyed('a', { v: '1' }, '2026-02')], '1'],
      ['greater content first', [keyed('a', { v: '2' }, '2026-01'), keyed('a', { v: '1' }, '2026-01')], '2'],
      ['greater content last', [keyed('a', { v: '1' }, '2026-01'), keyed('a', { v: '2' }, '2026-01')], '2'],
    ])('in two commits of one snapshot: %s, the same one stays (R1, INV-5)', async (_what, rows, winner) => {
      const into = await fresh();
      for (const [sequence, row] of rows.entries()) await app.call('commit', order(into, [row], { sequence }));
      expect(await rowsOf(into.name)).toEqual({ a: winner });
    });

    it('are contested where comparing may have left the greater one, and settled without comparing (R1)', async () => {
      const into = await fresh();
      const newest = keyed('a', { v: 'newest' }, '2026-02');
      const older = keyed('a', { v: 'older' }, '2026-01');
      await app.call('commit', order(into, [newest]));
      const next = { snapshot: at(5), sequence: 1 };
      expect(await app.call('commit', order(into, [newest], next))).toMatchObject({ unchanged: 1 });
      expect(await app.call('commit', order(into, [older], next))).toMatchObject({ contested: 1, contestedKeys: ['a'], updated: 0 });
      expect(await rowsOf(into.name)).toEqual({ a: 'newest' });
      expect(await app.call('commit', order(into, [older], { ...next, compare: false }))).toMatchObject({ updated: 1 });
      expect(await app.call('commit', order(into, [newest], { ...next, compare: false }))).toMatchObject({ updated: 1 });
      expect(await app.call('commit', order(into, [older], { ...next, compare: false }))).toMatchObject({ superseded: 1 });
      expect(await rowsOf(into.name)).toEqual({ a: 'newest' });
    });
  });

  describe('comparing (rule R8)', () => {
    it('leaves unchanged rows with their version, unless it is off (R8)', async () => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a'), keyed('b')]));
      const before = await app.call('entry', into.name, 'a');
      const again = [keyed('a'), keyed('b', { v: 'changed' })];
      expect(await app.call('commit', order(into, again, { snapshot: at(1) }))).toMatchObject({ unchanged: 1, contested: 1 });
      expect(await app.call('entry', into.name, 'a')).toEqual(before);
      expect(await app.call('commit', order(into, again, { snapshot: at(2), compare: false }))).toMatchObject({ unchanged: 1, updated: 1 });
      const after = (await app.call('entry', into.name, 'a'))!;
      expect(after.version).toBeGreaterThan(before!.version);
      expect(after.record?._syncedAt).toBe(formatInstant(at(2)));
    });

    it('sees what other code did to a row (R15)', async () => {
      const into = await fresh();
      await app.call('commit', order(into, [keyed('a')]));
      await app.call('put', into.name, { k: 'a', ts: null, v: 'v', extra: 1, _syncedAt: formatInstant(at()) });
      expect(await app.call('commit', order(into, [keyed('a')], { snapshot: at(1) }))).toMatchObject({ updated: 1 });
      expect((await app.call('rows', into.name)).map(({ row }) => row)).toEqual([{ k: 'a', ts: null, v: 'v' }]);
    });

    it('counts late rows among those that changed', async () => {
      const into = await fresh();
      const rows = [keyed('a', {}, '2026-01-02'), keyed('b', {}, '2026-01-01'), keyed('c', {}, '2026-01-09'), keyed('n')];
      expect(await app.call('commit', order(into, rows, { lateBelow: '2026-01-05' }))).toMatchObject({
        inserted: 4,
        late: 2,
        lateOldest: '2026-01-01',
      });
      expect(await app.call('commit', order(into, rows, { lateBelow: '2026-01-05', snapshot: at(1) }))).toMatchObject({
        unchanged: 4,
        late: 0,
      });
    });
  });

  describe('quarantine', () => {
    it('is not doubled by reading again, and follows the row', async () => {
      const into = await fresh();
      const audit = async () => (await app.call('rows', 'SyncAudit')).filter(({ row }) => row.tableId === into.name);
      const rejected: RejectedRow[] = [
        { key: undefined, reason: 'decode', message: 'm', sample: 's1' },
        { key: undefined, reason: 'decode', message: 'm', sample: 's2' },
        { key: 'k', reason: 'decode', message: '😀'.repeat(400), sample: 'x'.repeat(5_000) },
      ];
      await app.call('commit', order(into, [], { rejected }));
      const first = await audit();
      expect(first).toHaveLength(3);
      for (const { row } of first) expect(String(row.recordSample).length).toBeLessThanOrEqual(1_000);
      await app.call('commit', order(into, [], { rejected, snapshot: at(1) }));
      expect(await audit()).toEqual(first);
      await app.call('commit', order(into, [], { rejected: [{ ...rejected[2]!, message: 'other' }], snapshot: at(2) }));
      const last = await audit();
      expect(last).toHaveLength(3);
      expect(last.map(({ row }) => row.reason)).toContain('decode: other (key "k")');
    });

    it('counts rows, not rejections: one that is rejected at each of five reads is one, by its cause', async () => {
      const into = await fresh();
      // Whose id begins with the other's.
      const other = target(`${into.name}x`);
      await app.call('prepare', other);
      await app.call('saveIntent', intent(other.table.id));
      const rejected: RejectedRow[] = [
        { key: undefined, reason: 'key-null', message: 'key column "k" is NULL', sample: 'a' },
        { key: undefined, reason: 'key-null', message: 'key column "k" is NULL', sample: 'b' },
        { key: 'x', reason: 'int-overflow', message: 'column "n": 3000000000 is above the greatest Int', sample: 'c' },
        { key: 'y', reason: 'decode', message: 'column plain: no date', sample: 'd' },
      ];
      for (let read = 0; read < 5; read++) {
        await app.call('commit', order(into, [], { rejected, snapshot: at(read), sequence: read }));
        await app.call('commit', order(other, [], { rejected: rejected.slice(0, 1), snapshot: at(read), sequence: read }));
      }
      expect(await app.call('countQuarantined', into.name)).toEqual({
        rows: 4,
        causes: [
          { reason: 'key-null', column: 'k', rows: 2 },
          { reason: 'int-overflow', column: 'n', rows: 1 },
          { reason: 'decode', column: 'plain', rows: 1 },
        ],
      });
      expect(await app.call('countQuarantined', 'never')).toEqual({ rows: 0, causes: [] });
    });
  });

  describe('deleteStale', () => {
    it('deletes rows of older snapshots only, in several commits, and keeps rows that bqsync never wrote (R11)', async () => {
      const into = await fresh();
      const keys = Array.from({ length: 1_200 }, (_, index) => `k${String(index).padStart(4, '0')}`);
      await app.call(
        'commit',
        order(
          into,
          keys.map((key) => keyed(key)),
        ),
      );
      await app.call(
        'commit',
        order(
          into,
          keys.slice(0, 100).map((key) => keyed(key, { v: 'w' })),
          { snapshot: at(10), compare: false },
        ),
      );
      await app.call('put', into.name, { k: 'local', v: 'mine' });
      // A stale row whose version is ahead of every snapshot.
      await app.call('put', into.name, { k: 'k9999', ts: null, v: 'v', _syncedAt: formatInstant(at()) }, Date.now() + 3_600_000);
      expect(await app.call('deleteStale', into.table, at(10), 250)).toBe(1_101);
      expect(await app.call('count', into.name)).toBe(101);
      // It takes no other along: what the table's new life wrote of that one may be on its way here.
      expect((await app.call('entry', into.name, 'k1199'))!.version).toBeLessThan(Number(at(10)) / 1000);
      expect(Object.keys(await rowsOf(into.name))).toEqual([...keys.slice(0, 100), 'local']);
      expect(await app.call('deleteStale', into.table, at(10), 250)).toBe(0);
      // A deleted row can come back.
      expect(await app.call('commit', order(into, [keyed('k0500')], { snapshot: at(11) }))).toMatchObject({ inserted: 1 });
      expect(await rowsOf(into.name)).toHaveProperty('k0500', 'v');
    });
  });

  describe('prepare', () => {
    it('creates a missing target with lossless declarations and a cursor index that finds rows (R14)', async () => {
      const into = await fresh({ columns: [column('k'), column('ts', 'TIMESTAMP'), column('n', 'INT64'), column('f', 'FLOAT64')] });
      expect(await app.call('attributes', into.name)).toEqual([
        { name: 'k', type: 'ID', indexed: false },
        { name: 'ts', type: 'String', indexed: true },
        { name: 'n', type: 'Any', indexed: false },
        { name: 'f', type: 'Float', indexed: false },
        { name: '_syncedAt', type: 'String', indexed: false },
      ]);
      const row = (key: string, ts: string) => ({ key, cursor: ts, row: { k: key, ts, n: 1, f: 2 } });
      const rows = [1, 2, 3, 4].map((n) => row(`r${String(n)}`, `2026-01-01T00:00:00.00000${String(n)}Z`));
      await app.call('commit', order(into, rows));
      const found = await app.harper.operation<{ k: string }[]>({
        operation: 'search_by_conditions',
        database: 'data',
        table: into.name,
        conditions: [
          {
            search_attribute: 'ts',
            search_type: 'between',
            search_value: ['2026-01-01T00:00:00.000002Z', '2026-01-01T00:00:00.000003Z'],
          },
        ],
        get_attributes: ['k'],
      });
      expect(found.map(({ k }) => k).sort()).toEqual(['r2', 'r3']);
      const all = await app.harper.operation<unknown[]>({ operation: 'sql', sql: `SELECT * FROM data.${into.name} WHERE k = 'r1'` });
      expect(all).toEqual([{ k: 'r1', ts: '2026-01-01T00:00:00.000001Z', n: 1, f: 2, _syncedAt: formatInstant(at()) }]);
    });

    it('names made-up keys id', async () => {
      const { name } = await fresh({ key: { kind: 'columns', columns: ['k', 'v'] } });
      expect(await app.call('primaryKey', name)).toBe('id');
      expect((await fresh()).name).not.toBe(name);
    });

    it('refuses every state table as a target, those of the plugin too', async () => {
      for (const state of ['SyncTable', 'SyncWorker', 'SyncRequest']) {
        await expect(app.call('prepare', target(state))).rejects.toMatchObject({
          code: 'BQS_TARGET_INCOMPATIBLE',
          message: expect.stringContaining('its own state'),
        });
      }
    });

    it('says by name what is missing, with the schema to add', async () => {
      await expect(app.call('prepare', target('Nowhere', { createTarget: false }))).rejects.toMatchObject({
        code: 'BQS_TARGET_MISSING',
        message: 'target "data.Nowhere" of table "Nowhere" does not exist',
        hint: expect.stringContaining(
          'type Nowhere @table @export { k: ID @primaryKey, ts: String @indexed, v: String, _syncedAt: String }',
        ),
      });
    });

    it.each([
      ['NumericKey', 'its primary key "k" is Int: keys are text'],
      ['Narrow', 'attribute "v" is Int, which cannot hold STRING'],
    ])('refuses %s, which cannot hold the rows', async (name, problem) => {
      await expect(app.call('prepare', target(name))).rejects.toMatchObject({
        code: 'BQS_TARGET_INCOMPATIBLE',
        message: expect.stringContaining(problem),
      });
    });

    it('adds the cursor index where it may, once (R14)', async () => {
      expect(await app.call('prepare', target('Unindexed', { createTarget: false }))).toEqual({ created: false, notices: [] });
      expect((await app.call('attributes', 'Unindexed')).find(({ name }) => name === 'ts')?.indexed).toBe(false);
      expect((await app.call('prepare', target('Unindexed'))).notices).toHaveLength(1);
      expect((await app.call('attributes', 'Unindexed')).find(({ name }) => name === 'ts')).toMatchObject({
        type: 'String',
        indexed: true,
      });
      expect(await app.call('prepare', target('Unindexed'))).toEqual({ created: false, notices: [] });
    });

    it('declares columns that the source got later, in a target of its own', async () => {
      const { name } = await fresh();
      const wider = target(name, { columns: [column('k'), column('ts', 'TIMESTAMP'), column('v'), column('added', 'NUMERIC')] });
      expect((await app.call('prepare', wider)).notices).toEqual([expect.stringContaining('added')]);
      await app.call('commit', order(wider, [keyed('a', { added: '1.5' })]));
      const found = await app.harper.operation({ operation: 'sql', sql: `SELECT k, added FROM data.${name} WHERE added = '1.5'` });
      expect(found).toEqual([{ k: 'a', added: '1.5' }]);
    });

    it('tells of an expiration and of another database, whose rows are stored all the same', async () => {
      expect((await app.call('prepare', target('Expiring', { createTarget: false }))).notices).toEqual([
        expect.stringContaining('expiration'),
      ]);
      const into = target('Elsewhere', { createTarget: false, database: 'other' });
      expect((await app.call('prepare', into)).notices).toEqual([expect.stringContaining('another database')]);
      await app.call('saveIntent', intent('Elsewhere'));
      await app.call('commit', order(into, [keyed('a')]));
      expect(await app.call('rows', 'other.Elsewhere')).toHaveLength(1);
      expect(await app.call('loadProgress', 'Elsewhere')).toEqual(progress('Elsewhere'));
      await expect(app.call('commit', order(into, [keyed('b')], { sequence: 1, failInside: true }))).rejects.toThrow();
      expect(await app.call('count', 'other.Elsewhere')).toBe(1);
    });

    it('makes a target in a database that does not exist yet', async () => {
      const into = target('Far', { database: 'brandnew' });
      expect(await app.call('prepare', into)).toMatchObject({ created: true });
      await app.call('saveIntent', intent('Far'));
      expect(await app.call('commit', order(into, [keyed('a')]))).toMatchObject({ inserted: 1 });
    });
  });

  describe('state', () => {
    it('keeps an intent exactly and lets the last writer win', async () => {
      const first = intent('S1');
      await app.call('saveIntent', first);
      expect(await app.call('loadIntent', 'S1')).toEqual(first);
      const second = { ...intent('S1', 'w2'), request: { ...first.request, windowId: 'w2', kind: 'sweep' as const, maxBytesBilled: 5 } };
      await app.call('saveIntent', second);
      expect(await app.call('loadIntent', 'S1')).toEqual(second);
      expect(await app.call('loadIntent', 'absent')).toBeUndefined();
    });

    it('reports a damaged record and takes it as absent (INV-4)', async () => {
      const before = (await app.call('damaged')).length;
      await app.call('put', 'SyncTable', { id: 'S2', ...progress('S2'), counters: { inserted: -1 } });
      await app.call('put', 'SyncWindow', { id: 'S2', ...intent('S2'), request: { windowId: 5 } });
      expect(await app.call('loadProgress', 'S2')).toBeUndefined();
      expect(await app.call('loadIntent', 'S2')).toBeUndefined();
      expect((await app.call('damaged')).slice(before)).toEqual([
        'SyncTable of table "S2": field "inserted" is not a number from 0 on; it counts as absent',
        'SyncWindow of table "S2": field "range" is not an object; it counts as absent',
      ]);
    });
  });
}
