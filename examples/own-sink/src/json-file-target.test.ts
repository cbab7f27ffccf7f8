import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncAll, type Column, type TableSpec } from '@bqsync/core';
import { MemorySource } from '@bqsync/core/memory';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JsonFileTarget } from './json-file-target.ts';

const columns: Column[] = [
  { name: 'id', type: 'STRING', repeated: false, required: true },
  { name: 'seen', type: 'TIMESTAMP', repeated: false, required: true },
  { name: 'count', type: 'INT64', repeated: false, required: false },
];
const table: TableSpec = {
  id: 'ships',
  source: { project: 'demo', dataset: 'fleet', table: 'ships' },
  cursorColumn: 'seen',
  columns: 'all',
  target: { table: 'Ships' },
  primaryKey: ['id'],
  duplicates: 'collapse',
  createTarget: true,
  mode: 'timestamp',
  sync: {
    initialBatchSize: 100,
    catchupBatchSize: 100,
    steadyBatchSize: 100,
    pollIntervalMs: 1000,
    catchupThresholdSeconds: 3600,
    steadyThresholdSeconds: 300,
    latenessSeconds: 3600,
  },
  cost: {},
};
const ship = (i: number) => ({
  id: `s${String(i)}`,
  seen: `2026-01-01T00:00:00.${String(i).padStart(6, '0')}Z`,
  count: 2n ** 60n + BigInt(i),
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-sink-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('a sink of one’s own holds every row exactly, over restarts', async () => {
  const path = join(folder, 'ships.json');
  const source = new MemorySource({ pageRows: 40 });
  source.create('ships', columns);
  source.insert(
    'ships',
    Array.from({ length: 250 }, (_, i) => ship(i)),
  );

  const first = new JsonFileTarget(path);
  expect(await syncAll({ tables: [table], source, sink: first, state: first })).toMatchObject({ ships: { status: 'success', rows: 250 } });

  source.insert('ships', [ship(250), { ...ship(3), seen: ship(251).seen, count: 7 }]);
  const second = new JsonFileTarget(path);
  await syncAll({ tables: [table], source, sink: second, state: second });

  const rows = await new JsonFileTarget(path).rowsOf('Ships');
  expect(rows).toHaveLength(251);
  expect(rows.find((row) => row['id'] === 's3')).toMatchObject({ count: 7 });
  expect(rows.find((row) => row['id'] === 's250')).toEqual(ship(250));
});
