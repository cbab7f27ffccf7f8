import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Local, numbers, POSITION, readAll, spec, startLocal, upTo } from './local.test-kit.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.server.close());

const position = (n: number) => ({ ts: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}.00000${n % 10}Z`, mmsi: `m${n}`, n });

it('reads a table by a session of its own', async () => {
  await local.table('direct', { schema: POSITION }, upTo(5000).map(position));
  const table = spec('direct', { read: { api: 'storage' } });
  const { rows, window } = await readAll(local.source(), table);
  expect(numbers(rows)).toEqual(upTo(5000));
  expect(window.handle).toContain('streams');
  console.log(window, local.server.usage());
});
