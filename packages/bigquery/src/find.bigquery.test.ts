import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALL, type Local, never, POSITION, startLocal, upTo } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

it('asks for keys that are over 10 MB together by several requests, each of which fits', async () => {
  const table = await local.table('keyed', { schema: POSITION }, [
    { ts: '2026-01-01T00:00:00Z', mmsi: `first${'ü'.repeat(50_000)}`, n: 1 },
    { ts: '2026-01-01T00:00:00Z', mmsi: 'last', n: 2 },
  ]);
  const sizes: number[] = [];
  local.intercept = (call) => {
    if (call.method === 'POST') sizes.push(Number(call.request.headers['content-length']));
    return undefined;
  };
  const source = local.source();
  const description = await source.describe(table, never);
  const [, mmsi, n] = description.columns;
  const keys = [`first${'ü'.repeat(50_000)}`, ...upTo(150).map((key) => `${String(key)}${'ü'.repeat(50_000)}`), 'last'];
  const found = await source.find(table, description, ALL, [n!], mmsi!, keys, never);
  expect(found.rows.map((row) => row['n']).toSorted()).toEqual([1, 2]);
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(10_000_000);
  expect(found.bytesBilled).toBe(sizes.length * 10 * 2 ** 20);
  expect((await source.find(table, description, ALL, [n!], mmsi!, [], never)).rows).toEqual([]);
}, 60_000);
