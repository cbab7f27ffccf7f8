import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The pinned package manager, as `pnpm@1.2.3`. */
export function pinnedPnpm() {
  return readJson(join(root, 'package.json')).packageManager.split('+')[0];
}

/** Folders of all packages, in the order of their paths. */
export function packageFolders() {
  return ['packages', 'apps', 'examples']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .concat(join(root, 'bench'))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .sort();
}

/** Changes with the content of the files. */
export function hashOfFiles(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

const NOT_SOURCES = new Set(['node_modules', 'dist', 'reports', '.turbo', 'coverage']);

/** Changes when a file below the folders is added, removed, or written: by size and time, so that it costs milliseconds. */
export function stampOfTrees(folders) {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(path, { bigint: true });
    if (!stat.isDirectory()) return hash.update(`${path}\0${stat.size}\0${stat.mtimeNs}\n`);
    for (const name of readdirSync(path).sort()) if (!NOT_SOURCES.has(name)) add(join(path, name));
  };
  for (const folder of folders) add(folder);
  return hash.digest('hex');
}
