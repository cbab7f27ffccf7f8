import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsup';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Under turbo the build and those of the packages it needs came before the tests; started by hand, they may be missing or old. */
const isBuilt = process.env['TURBO_HASH'] !== undefined;

/** The command as tests run it: the published build, or one with the present sources of the workspace's packages inside. */
export const CLI = isBuilt ? `${root}dist/main.js` : `${root}reports/cli/main.js`;

/** Vitest's global setup: builds {@link CLI} once a run. */
export default async function buildCli(): Promise<void> {
  if (isBuilt) return;
  await build({
    config: false,
    silent: true,
    entry: [`${root}src/main.ts`],
    outDir: `${root}reports/cli`,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: true,
    sourcemap: true,
    outExtension: () => ({ js: '.js' }),
    noExternal: [/./],
    esbuildOptions: (options) => {
      options.conditions = ['@bqsync/source'];
    },
    esbuildPlugins: [
      {
        // What a workspace package depends on is found from that package, so its place is written down instead of its name.
        name: 'external-by-place',
        setup: (esbuild) => {
          esbuild.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
            if (isBuiltin(path)) return { path, external: true };
            if (pluginData === 'place' || path.startsWith('@bqsync/') || kind === 'entry-point') return undefined;
            const found = await esbuild.resolve(path, { kind, resolveDir, pluginData: 'place' });
            return { path: found.path, external: true };
          });
          // So is what it finds by `createRequire`.
          esbuild.onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
            const place = JSON.stringify(pathToFileURL(path).href);
            const contents = readFileSync(path, 'utf8').replaceAll('createRequire(import.meta.url)', `createRequire(${place})`);
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
}
