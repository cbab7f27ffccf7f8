import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApplication, installTarballs, packWorkspace } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'bqsync-pack-'));
const root = join(dir, 'workspace');

function writePackage(folder: string, manifest: object, code: string): void {
  mkdirSync(join(root, folder, 'dist'), { recursive: true });
  writeFileSync(
    join(root, folder, 'package.json'),
    JSON.stringify({ version: '1.0.0', files: ['dist'], main: 'dist/index.js', ...manifest }),
  );
  writeFileSync(join(root, folder, 'dist', 'index.js'), code);
}

beforeAll(() => {
  const { packageManager } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  mkdirSync(root);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'workspace', private: true, packageManager }));
  writeFileSync(join(root, 'pnpm-workspace.yaml'), "packages: ['packages/*', 'apps/*']\npmOnFail: ignore\n");
  writePackage('packages/low', { name: '@fixture/low' }, "exports.low = 'first';");
  writePackage(
    'apps/high',
    { name: '@fixture/high', dependencies: { '@fixture/low': 'workspace:^' } },
    "exports.low = require('@fixture/low').low;",
  );
  writePackage('apps/hidden', { name: '@fixture/hidden', private: true }, '');
  execFileSync('npx', ['--yes', '--loglevel=error', packageManager, 'install', '--offline', '--ignore-scripts'], {
    cwd: root,
    stdio: 'pipe',
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('installs a package and the workspace packages it needs from tarballs, and takes the same ones from the cache', async () => {
  const pack = () => packWorkspace({ root, names: ['@fixture/high'], outDir: join(dir, 'tarballs') });
  const tarballs = await pack();
  expect(tarballs).toHaveLength(2);
  const app = createApplication(join(dir, 'app'), { config: { rest: true } });
  await installTarballs(app, tarballs);
  const load = (appDir: string) => (createRequire(join(appDir, 'x.cjs'))('@fixture/high') as { low: string }).low;
  expect(load(app)).toBe('first');
  expect(JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).dependencies).toHaveProperty(['@fixture/high']);

  const again = join(dir, 'again');
  await installTarballs(again, await pack());
  const file = 'node_modules/@fixture/low/dist/index.js';
  expect(statSync(join(again, file)).ino).toBe(statSync(join(app, file)).ino);

  writeFileSync(join(root, 'packages/low/dist/index.js'), "exports.low = 'second';");
  const changed = await pack();
  expect(changed).not.toEqual(tarballs);
  await installTarballs(again, changed);
  expect(readFileSync(join(again, file), 'utf8')).toContain('second');
  expect(load(app)).toBe('first');
});

it('refuses what a user could not install', async () => {
  const pack = (name: string) => packWorkspace({ root, names: [name], outDir: join(dir, 'tarballs') });
  await expect(pack('@fixture/none')).rejects.toMatchObject({ code: 'BQS_USAGE' });
  await expect(pack('@fixture/hidden')).rejects.toMatchObject({ message: expect.stringContaining('private') });
  rmSync(join(root, 'packages/low/dist'), { recursive: true });
  await expect(pack('@fixture/high')).rejects.toMatchObject({ message: expect.stringContaining('@fixture/low is not built') });
  expect(existsSync(join(dir, 'tarballs'))).toBe(true);
});
