import { build as compile, type Plugin } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Edit, Program } from './seeded-bug.ts';

/** Where the packages' sources are, looked for upwards: this file runs as source and as a build. */
export const PACKAGES = packagesFrom(import.meta.dirname);
const RESOLVING = Symbol('resolving');

function packagesFrom(folder: string): string {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return join(folder, 'packages');
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the sources of the workspace cannot be found');
  return packagesFrom(parent);
}

/** Builds a program from the packages' sources with the edits made, and nothing else changed. */
export async function bundle(program: Program, edits: readonly Edit[], outfile: string): Promise<void> {
  for (const edit of edits) edited(readFileSync(join(PACKAGES, edit.file), 'utf8'), edit);
  const met = new Set<Edit>();
  await compile({
    entryPoints: [join(PACKAGES, 'seeded-bugs/src/schedules', `${program}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@bqsync/source'],
    logLevel: 'silent',
    plugins: [othersOutside, patched(edits, met)],
  });
  for (const edit of edits) if (!met.has(edit)) throw new Error(`${edit.file} is no part of the program "${program}"`);
}

/** Throws unless the text to be replaced stands in the source exactly once. */
export function edited(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${String(parts.length - 1)} times, and not once: ${find}`);
  return parts.join(replace);
}

function patched(edits: readonly Edit[], met: Set<Edit>): Plugin {
  return {
    name: 'patched',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(PACKAGES, path).split(sep).join('/');
        const own = edits.filter((edit) => edit.file === file);
        if (own.length === 0) return undefined;
        for (const edit of own) met.add(edit);
        return { contents: own.reduce(edited, readFileSync(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}

/** Packages of others are loaded from where they are: their files lie beside them. */
const othersOutside: Plugin = {
  name: 'others-outside',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === RESOLVING || path.startsWith('@bqsync/') || path.startsWith('node:')) return undefined;
      const found = await build.resolve(path, { kind, resolveDir, pluginData: RESOLVING });
      return found.errors.length > 0 ? undefined : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};
