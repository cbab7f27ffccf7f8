import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { TABLE_NAMES, TABLES } from '@bqsync/synthesizer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DemoState } from '../state/demo-state.ts';
import { compareRows } from '../verdict/compare.ts';
import { bigqueryRows, generatedRows } from '../verdict/sides.ts';
import { currentSnapshot } from '../verdict/verdict.ts';
import { connectClient } from './connection.ts';
import { microsText, readLastWrites } from './last-writes.ts';
import { allRows, SourceWriter } from './source-writer.ts';
import { WrittenData } from './written-data.ts';

const state: DemoState = {
  format: 1,
  scenario: 'small',
  seed: '7',
  runId: 'run',
  end: '2026-08-01T12:00:00.000000Z',
  loaded: false,
  bigqueryPort: 0,
};
const { signal } = new AbortController();
const MINUTE = 60_000_000;
let dir: string;
let server: LocalBigQuery;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'bqsync-writer-'));
  server = await startLocalBigQuery({ insertIdTtlMs: 1 });
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

async function open() {
  const written = new WrittenData(state, join(dir, 'position.json'));
  return { written, writer: await SourceWriter.connect({ apiEndpoint: server.url, runId: state.runId, written }) };
}

async function expectExact(written: WrittenData) {
  const client = connectClient(server.url);
  const snapshot = await currentSnapshot(client);
  for (const name of TABLE_NAMES) {
    const found = await bigqueryRows(client, TABLES[name], snapshot);
    const made = generatedRows(TABLES[name], written.rows(name));
    expect(compareRows(TABLES[name].columns, made, found), name).toEqual({ missing: 0, extra: 0, different: 0, examples: [] });
    expect(found.count).toBe(made.count);
  }
}

it('writes the scenario once, however often it is asked to', async () => {
  const { written, writer } = await open();
  await writer.writeScenario(() => undefined, signal);
  await (await open()).writer.writeScenario(() => undefined, signal);
  expect(TABLE_NAMES.map((name) => [...written.rows(name)].length)).toEqual([100, 10, 20]);
  await expectExact(written);
});

it('goes on from the recorded position at either rate, and can make every row again', async () => {
  const { written, writer } = await open();
  await writer.writeScenario(() => undefined, signal);
  const { end } = written.scenario.range;
  await writer.writeUpTo(end + 10 * MINUTE, 'scenario');
  await writer.writeUpTo(end + 11 * MINUTE, 'live');
  await writer.writeUpTo(end + 12 * MINUTE, 'live');
  expect(allRows(await writer.writeUpTo(end + 12 * MINUTE, 'live'))).toBe(0);
  const again = (await open()).written;
  expect(again.position).toBe(end + 12 * MINUTE);
  expect([...again.rows('vessel_positions')].length).toBeGreaterThan(100 + 2 * 120);
  await expectExact(again);
});

it.each([
  ['before it wrote', 0],
  ['after it had written', 1],
])('finishes a part that was cut off %s', async (_, times) => {
  const { written, writer } = await open();
  await writer.writeScenario(() => undefined, signal);
  const { end } = written.scenario.range;
  const segment = { start: end, end: end + 30 * MINUTE, rate: 'live' } as const;
  // A process that dies never gets to commit: a second one on the same record stands for it.
  for (let time = 0; time < times; time++) await writer.writeUpTo(segment.end, segment.rate);
  rmSync(join(dir, 'position.json'), { force: true });
  new WrittenData(state, join(dir, 'position.json')).begin(segment);
  const next = await open();
  expect(next.written.pending).toEqual(segment);
  await next.writer.finishPending();
  expect(next.written.pending).toBeUndefined();
  await expectExact(next.written);
});

it('knows from BigQuery when each table was last written to', async () => {
  const { writer } = await open();
  const before = microsText(Date.now());
  await writer.writeScenario(() => undefined, signal);
  const after = microsText(Date.now() + 2);
  for (const last of Object.values(await readLastWrites(connectClient(server.url)))) {
    expect(last > before && last <= after, `${before} < ${last} <= ${after}`).toBe(true);
  }
});
