import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { plainPath } from './plain-path.ts';

const dir = realpathSync(mkdtempSync(join(tmpdir(), 'bqsync-path-')));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('leaves a short path of letters and digits as it is', () => {
  expect(plainPath('/data/harper_1')).toBe('/data/harper_1');
});

it.each(['.state', 'john doe', 'é', 'long'.repeat(30)])('reaches a folder named %j by a link that is the same each time', (name) => {
  const folder = join(dir, name);
  mkdirSync(folder);
  const path = plainPath(folder);
  expect(path).toMatch(/^[A-Za-z0-9_:/-]{1,70}$/);
  expect(realpathSync(path)).toBe(folder);
  expect(plainPath(folder)).toBe(path);
  rmSync(path);
});
