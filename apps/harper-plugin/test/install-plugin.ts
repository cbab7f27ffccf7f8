import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installTarballs, packWorkspace } from '@bqsync/harper-process';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(root, '.bqsync', 'cache');
const INSTALLED = [
  'packages/errors',
  'packages/core',
  'packages/query',
  'packages/config',
  'packages/bigquery',
  'packages/harper',
  'apps/harper-plugin',
];
let built: Promise<void> | undefined;

/** Installs the plugin into an application as a user does: from tarballs, by npm. Seconds the first time, then from a cache by content. */
export async function installPlugin(appDir: string): Promise<void> {
  await installTarballs(appDir, await packPlugin(), { cacheDir: join(cache, 'installed') });
}

/** The tarballs of the plugin and of the packages that it depends on. */
export async function packPlugin(): Promise<string[]> {
  // Under turbo the builds are dependencies of the test task; started by hand, they may be missing or old.
  if (process.env.TURBO_HASH === undefined) await (built ??= build());
  return packWorkspace({ root, names: ['@bqsync/harper-plugin'], outDir: join(cache, 'tarballs') });
}

async function build(): Promise<void> {
  if (!INSTALLED.some(isStale)) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  const filters = INSTALLED.map((folder) => `--filter=./${folder}`);
  await run('npx', ['--yes', '--loglevel=error', packageManager, 'exec', 'turbo', 'run', 'build', '--only', ...filters], { cwd: root });
}

function isStale(folder: string): boolean {
  const entry = join(root, folder, 'dist', 'index.js');
  if (!existsSync(entry)) return true;
  const builtAt = statSync(entry).mtimeMs;
  const sources = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' });
  return sources.some((name) => /(?<!\.test)\.ts$/.test(name) && statSync(join(root, folder, 'src', name)).mtimeMs > builtAt);
}
