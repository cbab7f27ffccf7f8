import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import type { BigQuery } from '@google-cloud/bigquery';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { portEvents } from '../data/port-events.ts';
import { positions } from '../data/positions.ts';
import { TABLE_NAMES } from '../data/rows.ts';
import { metadataSnapshot } from '../data/vessel-metadata.ts';
import { TABLES } from '../tables/definitions.ts';
import { DAY, HOUR, isoMicros, MINUTE, toMicros } from '../time/micros.ts';
import { connect } from '../writers/bigquery-connection.ts';
import { bigQueryTarget, type DataTarget } from '../writers/data-target.ts';
import { ContinuousRun } from './continuous-run.ts';
import { type DataSource, dataOf, newRun, requireSame, type RunState, type RunStateStore } from './run-state.ts';
import { stateFile } from './state-file.ts';

const END = '2026-08-01T12:00:00.000000Z';
const small: DataSource = { kind: 'scenario', name: 'small', seed: '4', end: END };

let server: LocalBigQuery;
let folder: string;
let target: DataTarget;
let client: BigQuery;
let dataset: string;
let datasets = 0;
beforeAll(async () => {
  // Streaming must be exact even when BigQuery no longer remembers any insertId.
  server = await startLocalBigQuery({ insertIdTtlMs: 0 });
  folder = await mkdtemp(join(tmpdir(), 'synthesizer-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  dataset = `c_${++datasets}`;
  const config = { projectId: 'test-project', dataset, apiEndpoint: server.url, initialRetryDelayMs: 1 };
  client = connect(config);
  target = bigQueryTarget(config, client);
});

async function keys(table: keyof typeof TABLES): Promise<string[]> {
  const { primaryKey, timeColumn } = TABLES[table];
  const columns = primaryKey.map((name) => (name === timeColumn ? `UNIX_MICROS(\`${name}\`) AS \`${name}\`` : name));
  const [rows] = await client.query(`SELECT ${columns.join(', ')} FROM ${dataset}.${table}`);
  return (rows as Record<string, string | number>[])
    .map((row) => primaryKey.map((name) => (name === timeColumn ? isoMicros(row[name] as number) : row[name])).join('/'))
    .sort();
}

/** A diff of thousands of keys would take minutes; the differences themselves are few. */
function expectSame(found: readonly string[], wanted: readonly string[]): void {
  const [there, asked] = [new Set(found), new Set(wanted)];
  const few = (keys: Iterable<string>): string[] => [...keys].slice(0, 5);
  expect({
    rows: found.length,
    missing: few(wanted.filter((key) => !there.has(key))),
    extra: few(found.filter((key) => !asked.has(key))),
  }).toEqual({ rows: wanted.length, missing: [], extra: [] });
}

/** What the tables must hold once everything before `to` is written. */
async function expectExactly(source: DataSource, to: string): Promise<void> {
  const data = dataOf(source);
  const range = { start: data.range.start, end: toMicros(to) };
  expectSame(
    await keys('vessel_positions'),
    Array.from(positions(data.fleet, range, data.sampling), (row) => `${row.mmsi}/${row.timestamp}`),
  );
  expectSame(
    await keys('port_events'),
    Array.from(portEvents(data.fleet, range, data.reported), (row) => row.event_id),
  );
  expectSame(
    await keys('vessel_metadata'),
    Array.from(metadataSnapshot(data.fleet, range.end), (row) => row.mmsi),
  );
}

/** A store that fails as a killed process would: the n-th save, or everything before it, never happens. */
function dyingStore(store: RunStateStore, saves: number): RunStateStore {
  let left = saves;
  return {
    ...store,
    save: (state) => (left-- > 0 ? store.save(state) : Promise.reject(new Error('killed'))),
  };
}

function memoryStore(first: RunState): RunStateStore & { state: RunState | undefined } {
  const store = {
    state: first as RunState | undefined,
    load: () => Promise.resolve(store.state),
    save: (state: RunState) => {
      store.state = state;
      return Promise.resolve();
    },
    remove: () => {
      store.state = undefined;
      return Promise.resolve();
    },
  };
  return store;
}

describe('a continuous run', () => {
  it('writes the scenario and then what becomes due, without gap or double', async () => {
    const store = stateFile(join(folder, `${dataset}.json`));
    await store.save(newRun(small, TABLE_NAMES, 'r1'));
    let now = toMicros(END);
    const run = new ContinuousRun({ target, store, now: () => now });
    expect(await run.initialize()).toEqual({ vessel_positions: 100, port_events: 10, vessel_metadata: 20 });
    expect(await run.initialize()).toEqual({ vessel_positions: 0, port_events: 0, vessel_metadata: 0 });
    expect(await run.step()).toBeUndefined();
    now += 20 * MINUTE + 123;
    expect(await run.step()).toMatchObject({ from: END, to: isoMicros(now) });
    now += 3 * HOUR;
    // Another process goes on where this one was.
    const other = new ContinuousRun({ target, store: stateFile(join(folder, `${dataset}.json`)), now: () => now });
    await other.initialize();
    await other.step();
    expect(await other.step()).toBeUndefined();
    await expectExactly(small, isoMicros(now));
  });

  // Saves of one life: 1 initialized, 2 step announced, 3 step closed, 4 announced, 5 closed.
  it.each([0, 1, 2, 3, 4])('is exact after it was killed at save %i, by load jobs and by streaming', async (saves) => {
    for (const wait of [10 * MINUTE, 3 * HOUR]) {
      dataset = `c_${++datasets}`;
      const config = { projectId: 'test-project', dataset, apiEndpoint: server.url };
      client = connect(config);
      target = bigQueryTarget(config, client);
      const store = memoryStore(newRun(small, TABLE_NAMES, `r${saves}`));
      let now = toMicros(END) + wait;
      const first = new ContinuousRun({ target, store: dyingStore(store, saves), now: () => now });
      const life = async (): Promise<void> => {
        await first.initialize();
        await first.step();
        now += wait;
        await first.step();
      };
      await expect(life()).rejects.toThrow('killed');
      now = toMicros(END) + 2 * wait + 7;
      const second = new ContinuousRun({ target, store, now: () => now });
      await second.initialize();
      while ((await second.step()) !== undefined);
      await expectExactly(small, isoMicros(now));
    }
  });

  it('keeps one row for each vessel while their records change', async () => {
    const source: DataSource = { kind: 'fleet', seed: '2', vessels: 40, rotation: 'ocean', start: '2026-01-01T00:00:00.000000Z' };
    const store = memoryStore(newRun(source, TABLE_NAMES, 'r'));
    const now = toMicros('2026-02-20T00:00:00Z');
    const run = new ContinuousRun({ target, store, now: () => now });
    await run.initialize();
    let updated = 0;
    for (let step = await run.step(); step !== undefined; step = await run.step()) updated += step.rows.vessel_metadata;
    expect(updated).toBeGreaterThan(3);
    const [rows] = await client.query(
      `SELECT mmsi, owner, status, UNIX_MICROS(last_updated) AS updated FROM ${dataset}.vessel_metadata ORDER BY mmsi`,
    );
    expect(rows).toEqual(
      [...metadataSnapshot(dataOf(source).fleet, now - 1)]
        .map(({ mmsi, owner, status, last_updated }) => ({ mmsi, owner, status, updated: toMicros(last_updated) }))
        .sort((a, b) => (a.mmsi < b.mmsi ? -1 : 1)),
    );
  });

  it('deletes what retention says, whole days, never metadata', async () => {
    const source: DataSource = { kind: 'fleet', seed: '2', vessels: 2000, rotation: 'ocean', start: '2026-03-01T00:00:00.000000Z' };
    const store = memoryStore(newRun(source, TABLE_NAMES, 'r'));
    let now = toMicros('2026-03-01T00:00:00Z') + 2 * DAY;
    const run = new ContinuousRun({ target, store, retentionDays: 1, now: () => now });
    await run.initialize();
    await run.step();
    expect((await keys('vessel_positions')).every((key) => key.slice(10) >= '2026-03-02')).toBe(true);
    now += HOUR;
    expect(await run.step()).not.toHaveProperty('trimmedTo');
    now = toMicros('2026-03-04T00:00:00Z');
    expect(await run.step()).toMatchObject({ trimmedTo: '2026-03-03T00:00:00.000000Z' });
    const left = await keys('vessel_positions');
    expect(left.length).toBeGreaterThan(2000);
    expect(left.every((key) => key.slice(10) >= '2026-03-03')).toBe(true);
    expect(await keys('vessel_metadata')).toHaveLength(2000);
  });

  it('skips what is older than the window after a standstill', async () => {
    const store = memoryStore({ ...newRun(small, ['vessel_positions'], 'r'), initialized: true });
    await target.prepare(TABLES.vessel_positions);
    const run = new ContinuousRun({ target, store, windowDays: 1, now: () => toMicros(END) + 5 * DAY });
    expect(await run.step()).toMatchObject({ from: isoMicros(toMicros(END) + 4 * DAY) });
  });

  it('stops at once, and goes on after a fault that passes', async () => {
    const store = memoryStore(newRun(small, TABLE_NAMES, 'r'));
    const stop = new AbortController();
    const errors: string[] = [];
    const flaky: DataTarget = {
      ...target,
      append: (...args) =>
        errors.length === 0 && store.state?.initialized === true
          ? Promise.reject(Object.assign(new Error(), { name: 'AbortError' }))
          : target.append(...args),
    };
    const run = new ContinuousRun({
      target: flaky,
      store,
      now: () => toMicros(END) + 5 * MINUTE,
      onError: ({ code }) => errors.push(code),
      onStep: () => stop.abort(),
    });
    await run.initialize();
    // An aborted step ends the run and stays open in the state.
    await run.run({ intervalMs: 1, signal: stop.signal });
    expect(store.state?.pending).toBeDefined();
    const again = new ContinuousRun({ target, store, now: () => toMicros(END) + 5 * MINUTE, onStep: () => stop.abort() });
    await again.run({ intervalMs: 60_000, signal: stop.signal });
    expect(store.state).toMatchObject({ pending: undefined, writtenTo: isoMicros(toMicros(END) + 5 * MINUTE) });
    await expectExactly(small, isoMicros(toMicros(END) + 5 * MINUTE));
  });

  it('wants a state and whole days', async () => {
    const store = memoryStore(newRun(small, TABLE_NAMES, 'r'));
    await store.remove();
    await expect(new ContinuousRun({ target, store }).step()).rejects.toMatchObject({ code: 'BQS_USAGE' });
    expect(() => new ContinuousRun({ target, store, retentionDays: 0.5 })).toThrow(expect.objectContaining({ code: 'BQS_CONFIG_INVALID' }));
  });
});

describe('the state', () => {
  it('is replaced as a whole in its file', async () => {
    const path = join(folder, 'state.json');
    const store = stateFile(path);
    expect(await store.load()).toBeUndefined();
    const state = newRun(small, TABLE_NAMES, 'r');
    await store.save(state);
    await store.save({ ...state, initialized: true, pending: { to: END, mode: 'stream' } });
    expect(await store.load()).toEqual({ ...state, initialized: true, pending: { to: END, mode: 'stream' } });
    expect((await readdir(folder)).filter((name) => name.startsWith('state.json'))).toEqual(['state.json']);
    await writeFile(path, '{"version":1');
    await expect(store.load()).rejects.toMatchObject({ code: 'BQS_STATE_DAMAGED', hint: expect.stringContaining('reset') });
    await store.remove();
    expect(await store.load()).toBeUndefined();
    await expect(stateFile(join(folder, 'no', 'such', 'x.json')).save(state)).rejects.toMatchObject({ code: 'BQS_CONFIG_UNREADABLE' });
  });

  it('goes on only as what it is of', () => {
    expect(() => requireSame(small, { ...small, end: '2027-01-01T00:00:00Z' })).not.toThrow();
    for (const other of [
      { ...small, seed: '5' },
      { ...small, name: 'stress' },
      { kind: 'fleet', seed: '4', vessels: 20, rotation: 'ferry', start: END },
    ] as DataSource[])
      expect(() => requireSame(small, other)).toThrow(
        expect.objectContaining({ code: 'BQS_USAGE', hint: expect.stringContaining('reset') }),
      );
  });
});
