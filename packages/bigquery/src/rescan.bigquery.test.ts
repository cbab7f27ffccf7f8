import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Local, never, passOn, POSITION, startLocal } from './local.test-kit.ts';
import type { SourceNotice } from './storage/availability.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

it('a column added to a keyless table is said and priced before its second backfill; to one with a key it is not', async () => {
  const table = await local.table('keyless', { schema: POSITION }, [{ ts: '2026-01-01T00:00:00Z', mmsi: 'a', n: 1 }]);
  let fields: object[] = POSITION;
  local.intercept = async (call) => {
    if (call.method !== 'GET' || !call.path.endsWith('/tables/keyless')) return undefined;
    const { status, body } = await passOn(call);
    return { status, body: { ...body, numBytes: String(2 ** 40), numRows: '1000000000', schema: { fields } } };
  };
  const notices: SourceNotice[] = [];
  const source = local.source({ onNotice: (notice) => notices.push(notice) });
  const keyed = { ...table, id: 'keyed', primaryKey: ['n'] };
  const rest = { ...table, id: 'rest', read: { api: 'rest' as const }, cost: { usdPerTiB: 8 } };
  const poll = async () => {
    for (const each of [table, keyed, rest]) await source.describe(each, never);
  };
  await poll();
  await poll();
  expect(notices).toEqual([]);
  fields = [...POSITION, { name: 'speed', type: 'FLOAT64' }];
  await poll();
  await poll();
  const whole =
    'its columns have changed (speed added) and it has no key: rows are told apart by their content, so the table is read again whole: up to 1 TB, ';
  expect(notices).toEqual([
    { tableId: 'keyless', message: `${whole}$1.10` },
    { tableId: 'rest', message: `${whole}$8.00` },
  ]);
  fields = [
    { name: 'ts', type: 'TIMESTAMP' },
    { name: 'n', type: 'NUMERIC' },
  ];
  await poll();
  expect(notices[2]!.message).toContain('(mmsi gone, speed gone, n is NUMERIC now)');
});
