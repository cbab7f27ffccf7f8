import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { step } from './step.mjs';
import { hashOfFiles, packageFolders, pinnedPnpm, readJson, root, stampOfTrees } from './workspace.mjs';

/** What every command of the set-up runs with: nothing phones home, nothing asks. */
export const quietEnv = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' };

/** `npx` with the pinned pnpm on the PATH of what it runs. */
export function withPnpm(command, ...args) {
  return ['npx', ['--yes', '--loglevel=error', `--package=${pinnedPnpm()}`, '--', command, ...args]];
}

/** Installs what the lockfile names, unless the last installation was of the same. */
export async function ensureInstalled({ signal } = {}) {
  const inputs = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(root, name));
  const wanted = hashOfFiles([...inputs, ...packageFolders().map((folder) => join(folder, 'package.json'))]);
  const record = join(root, 'node_modules', '.bqsync-install');
  const complete = ['.modules.yaml', 'turbo/bin/turbo', 'tsup/package.json'].every((name) => existsSync(join(root, 'node_modules', name)));
  const linked = packageFolders().every((folder) => !hasDependencies(folder) || existsSync(join(folder, 'node_modules')));
  const key = `${wanted} ${process.platform} ${process.arch} ${process.versions.modules}\n`;
  if (complete && linked && readOr(record, '') === key) return;
  const [command, args] = withPnpm('pnpm', 'install', '--frozen-lockfile', '--prefer-offline');
  await step('installing packages', command, args, { env: { ...quietEnv, CI: 'true' }, signal });
  writeFileSync(record, key);
}

/** Builds the code of packages and what they depend on, without declarations, unless no source changed since the last time. */
export async function ensureBuilt(names, { signal } = {}) {
  const folders = packageFolders();
  const shared = ['turbo.json', 'tsconfig.base.json', 'tsup.base.ts', 'pnpm-lock.yaml'].map((name) => join(root, name));
  const stamp = `${names.join(' ')} ${stampOfTrees([...shared, ...folders])}\n`;
  const record = join(root, '.turbo', 'bqsync-build');
  const built = withDependencies(names).every((folder) => existsSync(join(folder, 'dist')));
  if (built && readOr(record, '') === stamp) return;
  const filters = names.map((name) => `--filter=${name}...`);
  const [command, args] = withPnpm(
    'node',
    join(root, 'node_modules/turbo/bin/turbo'),
    'run',
    'build',
    ...filters,
    '--output-logs=errors-only',
    '--ui=stream',
  );
  await step('building', command, args, { env: { ...quietEnv, BQSYNC_BUILD: 'code' }, signal });
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, stamp);
}

/** Folders of packages of the workspace and of those that they depend on. */
function withDependencies(names) {
  const byName = new Map(packageFolders().map((folder) => [readJson(join(folder, 'package.json')).name, folder]));
  const taken = new Set();
  const take = (name) => {
    const folder = byName.get(name);
    if (folder === undefined || taken.has(folder)) return;
    taken.add(folder);
    Object.keys(readJson(join(folder, 'package.json')).dependencies ?? {}).forEach(take);
  };
  names.forEach(take);
  return [...taken];
}

function hasDependencies(folder) {
  const { dependencies = {}, devDependencies = {} } = readJson(join(folder, 'package.json'));
  return Object.keys(dependencies).length + Object.keys(devDependencies).length > 0;
}

function readOr(path, fallback) {
  return existsSync(path) ? readFileSync(path, 'utf8') : fallback;
}
