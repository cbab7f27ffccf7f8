import { BqsyncError } from '@bqsync/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Column, micros, type Micros, type Row, type SyncEvent, type TableStatus, UnitHelper } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, engineOf, instant, sorted, specOf, SYNC } from './fixtures.ts';

const never = new AbortController().signal;
const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({
  name,
  type,
  repeated: false,
  required: false,
  ...more,
});
const ID = column('id', 'STRING', { required: true });
const TS = column('ts', 'TIMESTAMP');
const SPEED = column('speed', 'INT64');
const SHIPS: readonly Column[] = [ID, TS, SPEED, column('flag', 'STRING')];
const ROWS = 60;

let now: Micros;
let source: MemorySource;
let target: MemoryTarget;
let boots = 0;

beforeEach(() => {
  now = instant(at(3_600_000));
  source = sourceAt({ pageRows: 10 });
  target = new MemoryTarget();
});

function sourceAt(options: ConstructorParameters<typeof MemorySource>[0]): MemorySource {
  const made = new MemorySource({ now: () => (now = micros(now + 1000n)), ...options });
  made.create('ports', SHIPS);
  made.insert(
    'ports',
    Array.from({ length: ROWS }, (_, i) => ship(i)),
  );
  const describe_ = made.describe.bind(made);
  made.describe = async (...args) => ({ ...(await describe_(...args)), wholeRead: { bytesBilled: 3 * 2 ** 40 } });
  return made;
}

/** An hour apart, so that a sweep reads the last one only. */
function ship(i: number, more: Row = {}): Row {
  return { id: `s${String(i)}`, ts: at(3600 * i), speed: i, flag: 'NO', ...more };
}

/** As `ALTER TABLE` leaves the table: other columns, and each row under them. */
function alter(columns: readonly Column[], change: (row: Row) => Row) {
  const table = source.tables.get('ports')!;
  Object.assign(table, { columns, rows: table.rows.map(change) });
  table.version += 1;
  now = micros(now + 60_000_000n);
  table.modifiedAt = now;
}
const wait = (seconds: number) => (now = micros(now + BigInt(seconds) * 1_000_000n));
const renameSpeed = () =>
  alter([ID, TS, column('speed_kn', 'INT64'), SHIPS[3]!], ({ speed, ...rest }) => ({ ...rest, speed_kn: speed ?? null }));

const rowsIn = () => sorted(target.rowsOf('Ports'));
const rowsOut = () => sorted(source.tables.get('ports')!.rows);

function boot(options: Parameters<typeof engineOf>[2] = {}) {
  const worker = { workerId: 'host-0', nodeId: 7, bootId: `boot-${String(boots++)}` };
  return engineOf(source, target, { worker, thorough: false, ...options });
}

async function catchUp(options: Parameters<typeof engineOf>[2] = {}) {
  const made = boot(options);
  await made.engine.runUntilCaughtUp();
  return made;
}

async function until(engine: ReturnType<typeof boot>['engine'], holds: (did: string) => boolean, each?: (status: TableStatus) => void) {
  for (let i = 0; i < 200; i++) {
    const { did } = await engine.step().catch((error: unknown) => {
      if (error instanceof BqsyncError && error.retryable) return { did: 'retried' };
      throw error;
    });
    each?.(engine.getStatus());
    if (holds(did)) return;
  }
  throw new Error('it does not come to that');
}

const rest: { name: string; columns: readonly Column[]; change: (row: Row) => Row; said: string }[] = [
  {
    name: 'dropped',
    columns: [ID, TS, SHIPS[3]!],
    change: ({ speed: _, ...row }) => row,
    said: 'speed gone',
  },
  {
    name: 'widened from INT64 to NUMERIC',
    columns: [ID, TS, column('speed', 'NUMERIC'), SHIPS[3]!],
    change: (row) => ({ ...row, speed: String(row['speed']) }),
    said: 'speed is NUMERIC now',
  },
  {
    name: 'dropped and added again under another type',
    columns: [ID, TS, SHIPS[3]!, column('speed', 'STRING')],
    change: (row) => ({ ...row, speed: null }),
    said: 'speed is STRING now',
  },
  {
    name: 'dropped and added again under its own type',
    columns: [ID, TS, SHIPS[3]!, SPEED],
    change: (row) => ({ ...row, speed: null }),
    said: 'in another order',
  },
  {
    name: 'exchanged with another by renaming both',
    columns: [ID, TS, column('flag', 'INT64'), column('speed', 'STRING')],
    change: ({ speed, flag, ...row }) => ({ ...row, flag: speed ?? null, speed: flag ?? null }),
    said: 'flag is INT64 now, speed is STRING now',
  },
];

describe('a keyed table of 60 rows', () => {
  it('whose column speed is renamed to speed_kn has no row with the old one: it is read again whole, said and priced before (R11, INV-1)', async () => {
    const { engine, events } = boot();
    await until(engine, (did) => did === 'completed-tail');
    renameSpeed();
    source.insert('ports', [{ id: 'new', ts: at(3600 * ROWS), speed_kn: 7, flag: 'NO' }]);
    const begun = events.length;
    const seen: TableStatus[] = [];
    await until(
      engine,
      (did) => did === 'deleted-stale',
      (status) => seen.push(status),
    );
    const reason = 'columns have changed (speed renamed to speed_kn): the whole table is read again, up to 3 TB, $18.75';
    const after = events.slice(begun);
    const told = after.findIndex((event) => event.type === 'generation');
    expect(after[told]).toMatchObject({ reason });
    expect(after.findIndex(({ type }) => type === 'window-opened')).toBeGreaterThan(told);
    expect(seen.length).toBeGreaterThan(3);
    for (const { state, rescan } of seen.slice(0, -1)) expect({ state, rescan }).toEqual({ state: 'syncing', rescan: reason });
    await until(engine, (did) => did === 'completed-tail' || did === 'skipped');
    expect(engine.getStatus()).toMatchObject({ state: 'caught-up', rescan: undefined });
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsIn().filter((row) => 'speed' in row)).toEqual([]);
    expect(rowsIn()).toHaveLength(ROWS + 1);
    // Once.
    expect(source.opened.filter(({ kind }) => kind === 'backfill')).toHaveLength(2);
  });

  it('that it was renamed while nothing ran, too; rows that are gone by then are cleared', async () => {
    await catchUp();
    renameSpeed();
    source.retain('ports', ({ id }) => id !== 's3');
    const { events } = await catchUp();
    expect(events.find((event) => event.type === 'generation')).toMatchObject({
      reason: expect.stringContaining('columns were renamed') as string,
    });
    expect(rowsIn()).toEqual(rowsOut());
    expect(rowsIn()).toHaveLength(ROWS - 1);
    expect(target.progress.get('ports')).toMatchObject({ stage: 'tail', epoch: 1 });
    const { events: later } = await catchUp();
    expect(later.some(({ type }) => type === 'generation')).toBe(false);
  });

  it.each(rest)('with a column $name has no row in the old form (R11, INV-1)', async ({ columns, change, said }) => {
    const { engine, events } = boot();
    await until(engine, (did) => did === 'completed-tail');
    alter(columns, change);
    await until(engine, (did) => did === 'deleted-stale');
    expect(rowsIn()).toEqual(rowsOut());
    expect(
      events.find((event): event is SyncEvent & { type: 'generation' } => event.type === 'generation' && event.from !== undefined)?.reason,
    ).toContain(`(${said})`);
  });

  it('with a field of a STRUCT renamed has no row with the old one (R11, INV-1)', async () => {
    const place = (field: string) => column('place', 'STRUCT', { fields: [column('lat', 'FLOAT64'), column(field, 'FLOAT64')] });
    const table = source.tables.get('ports')!;
    Object.assign(table, {
      columns: [...SHIPS, place('lon')],
      rows: table.rows.map((row, i) => ({ ...row, place: { lat: 1, lon: i } })),
    });
    const { engine, events } = boot();
    await until(engine, (did) => did === 'completed-tail');
    alter([...SHIPS, place('lng')], ({ place: { lon } = {} as never, ...row }: Row & { place?: { lon: number } }) => ({
      ...row,
      place: { lat: 1, lng: lon },
    }));
    await until(engine, (did) => did === 'deleted-stale');
    expect(rowsIn()).toEqual(rowsOut());
    expect(events.findLast((event) => event.type === 'generation')).toMatchObject({
      reason: expect.stringContaining('(place: lon renamed to lng)') as string,
    });
  });

  it.each([
    ['a column', (fields: readonly Column[]) => [...fields, column('note', 'STRING')]],
    ['a repeated column', (fields: readonly Column[]) => [...fields, column('note', 'STRING', { repeated: true })]],
  ])('with %s added reads nothing again but what may have come before it was seen', async (_, add) => {
    const { engine, events } = boot();
    await until(engine, (did) => did === 'completed-tail');
    wait(60);
    // Sees the same columns after the backfill: none of it can lack one.
    await until(engine, (did) => did === 'completed-tail' || did === 'skipped');
    alter(add(SHIPS), (row) => row);
    const opened = source.opened.length;
    source.insert('ports', [ship(ROWS, { note: 'x' })]);
    await until(engine, (did) => did === 'completed-tail');
    expect(rowsIn().find(({ id }) => id === `s${String(ROWS)}`)).toMatchObject({ note: 'x' });
    for (const { range } of source.opened.slice(opened)) expect(range.from).toBeGreaterThanOrEqual(instant(at(3600 * (ROWS - 2))));
    expect(events.filter((event) => event.type === 'generation')).toHaveLength(1);
    expect(engine.getStatus()).toMatchObject({ state: 'caught-up', rescan: undefined });
  });

  it('changed again in the middle of being read again ends in the last form, wherever it crashes (R11, INV-3)', async () => {
    const small = { table: specOf({ sync: { ...SYNC, initialBatchSize: 10, catchupBatchSize: 10, steadyBatchSize: 10 } }) };
    for (const steps of [1, 2, 3, 4, 6, 9]) {
      source = sourceAt({ pageRows: 10 });
      target = new MemoryTarget();
      await catchUp(small);
      renameSpeed();
      const { engine } = boot(small);
      for (let i = 0; i < steps; i++) await engine.step();
      // Never stopped: as after `kill -9`.
      alter([ID, TS, column('speed_kn', 'NUMERIC'), SHIPS[3]!], (row) => ({ ...row, speed_kn: String(row['speed_kn']) }));
      const { engine: second } = boot(small);
      for (let i = 0; i < steps; i++) await second.step();
      await catchUp(small);
      expect(rowsIn(), String(steps)).toEqual(rowsOut());
      expect(target.progress.get('ports')).toMatchObject({ stage: 'tail', window: null });
    }
  });

  it('renamed in the middle of its first backfill, with a crash, ends in the new form', async () => {
    const small = { table: specOf({ sync: { ...SYNC, initialBatchSize: 10 } }) };
    const { engine } = boot(small);
    await until(engine, (did) => did === 'committed');
    renameSpeed();
    const { events } = await catchUp(small);
    expect(events.find((event) => event.type === 'generation')).toMatchObject({
      reason: expect.stringContaining('columns were') as string,
    });
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('renamed between the look at the columns and the window is no fault: the window is opened again with the columns of now', async () => {
    let isRenaming = false;
    source = sourceAt({
      before: (call) => {
        if (call !== 'open' || !isRenaming) return;
        isRenaming = false;
        renameSpeed();
        throw new BqsyncError('BQS_SOURCE_QUERY_INVALID', 'Unrecognized name: speed');
      },
    });
    const { engine } = boot();
    await until(engine, (did) => did === 'completed-tail');
    isRenaming = true;
    source.insert('ports', [ship(ROWS)]);
    await until(engine, (did) => did === 'deleted-stale');
    expect(isRenaming).toBe(false);
    expect(rowsIn()).toEqual(rowsOut());
    expect(engine.getStatus().lastError).toBeUndefined();
  });

  it('renamed while two threads share a window has no row in the old form, whoever is late (R9, R11)', async () => {
    source = sourceAt({ pageRows: 5, unitRows: 10 });
    const small = specOf({ sync: { ...SYNC, initialBatchSize: 5 } });
    const { engine } = boot({ table: small, share: { slot: 0, slots: 2 } });
    const worker = { workerId: 'host-1', nodeId: 8, bootId: 'helper' };
    const helper = new UnitHelper({ table: small, source, sink: target, state: target, share: { slot: 1, slots: 2 }, worker });
    await until(engine, (did) => did === 'committed');
    expect(await helper.step(never)).toMatchObject({ did: 'committed' });
    renameSpeed();
    const { engine: next } = boot({ table: small, share: { slot: 0, slots: 2 } });
    let rounds = 0;
    for (let did = ''; did !== 'deleted-stale'; ) {
      ({ did } = await next.step());
      // What it has in hand is of before: it is refused, or loses to what is newer.
      await helper.step(never).catch((error: unknown) => {
        if (!(error instanceof BqsyncError && error.code === 'BQS_FENCED')) throw error;
      });
      if (++rounds > 200) throw new Error('it does not end');
    }
    expect(rowsIn()).toEqual(rowsOut());
  });

  it('whose progress an earlier version stored is not read again where its columns are the same', async () => {
    await catchUp();
    const stored = target.progress.get('ports')!;
    target.progress.set('ports', { ...stored, schemaHash: stored.schemaHash.split('/')[0]! });
    const opened = source.opened.length;
    const { events } = await catchUp();
    expect(events.some(({ type }) => type === 'generation')).toBe(false);
    expect(source.opened.slice(opened).every(({ kind }) => kind === 'sweep')).toBe(true);
    expect(rowsIn()).toEqual(rowsOut());
  });
});

describe('a table without a key', () => {
  it('whose column is renamed has each row once, under the columns of now (R7, R11)', async () => {
    const { primaryKey: _none, ...keyless } = specOf();
    await catchUp({ table: keyless });
    renameSpeed();
    await catchUp({ table: keyless });
    expect(rowsIn()).toEqual(rowsOut());
  });
});
