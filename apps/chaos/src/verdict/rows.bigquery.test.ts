import type { HarperProcess } from '@bqsync/harper-process';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Load } from '../source/load.ts';
import { type ChaosTable, DATASET, type SourceRow, TABLES } from '../source/tables.ts';
import { compareTable } from './node-verdict.ts';
import { nodeRows, sourceRows } from './rows.ts';

const [orders, readings, visits] = TABLES as readonly ChaosTable[] as readonly [ChaosTable, ChaosTable, ChaosTable];
let local: LocalBigQuery;
let load: Load;

/** Harper as far as reading a table's rows goes. */
function harperWith(rows: readonly object[]): HarperProcess {
  return { operation: () => Promise.resolve(rows) } as unknown as HarperProcess;
}

/** What differs between a table that BigQuery holds these rows of, and a node that holds those. */
async function drift(table: ChaosTable, rows: readonly SourceRow[], stored: readonly object[]) {
  await load.create({ ...table, initialRows: 0 }, new AbortController().signal);
  await load.client
    .dataset(DATASET)
    .table(table.id)
    .insert([...rows]);
  const { missing, extra, different } = compareTable(
    table.id,
    await sourceRows(load.client, table),
    await nodeRows(harperWith(stored), table),
  );
  return { missing, extra, different };
}

beforeAll(async () => {
  local = await startLocalBigQuery();
  load = new Load(local.url, 1);
  await load.prepare();
});
afterAll(() => local.close());

const NONE = { missing: 0, extra: 0, different: 0 };

describe('the rows of both sides', () => {
  it('are equal whatever classes the client has for their values, and whatever Harper adds', async () => {
    const found = await drift(
      { ...orders, id: 'orders_equal' },
      [
        { id: 'o1', changed_at: '2026-01-01T00:00:00.123456Z', version: 0, note: 'a' },
        { id: 'o2', changed_at: '2026-01-01T00:00:01Z', version: 2, note: '' },
      ],
      [
        { id: 'o1', changed_at: '2026-01-01T00:00:00.123456Z', version: 0, note: 'a', _syncedAt: 'x', __createdtime__: 1 },
        { id: 'o2', changed_at: '2026-01-01T00:00:01.000000Z', version: 2, note: '' },
      ],
    );
    expect(found).toEqual(NONE);
    const visit = { visit: 7, seen: '2026-01-01T00:00:00.5', day: '2026-01-01', amount: '7.50', state: 'new' };
    const stored = { visit: '7', seen: '2026-01-01T00:00:00.500000', day: '2026-01-01', amount: '7.5', state: 'new' };
    expect(await drift(visits, [visit], [stored])).toEqual({ ...NONE });
  });

  it('are found by the key that several columns make in Harper', async () => {
    const row = { sensor: 's1', n: 4, measured: '2026-01-01T00:00:00.000000Z', value: 1.5 };
    expect(await drift(readings, [row], [{ ...row, id: 's1|4' }])).toEqual(NONE);
    expect(await drift({ ...readings, id: 'readings_moved' }, [row], [{ ...row, id: 's1|5' }])).toEqual({ ...NONE, missing: 1, extra: 1 });
  });

  it('differ where an instant is stored with other digits than it must be', async () => {
    const row = { id: 'o1', changed_at: '2026-01-01T00:00:00.123000Z', version: 0, note: 'a' };
    const stored = { ...row, changed_at: '2026-01-01T00:00:00.123Z' };
    expect(await drift({ ...orders, id: 'orders_short' }, [row], [stored])).toEqual({ ...NONE, different: 1 });
  });
});
