import type { Options } from 'tsup';

/** The build every published package shares: ESM only, declarations beside the code, dependencies left outside. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  // `npm start` runs the code and leaves the declarations, which take most of a build's time, to `npm run build`.
  dts: process.env.BQSYNC_BUILD === 'code' ? false : { compilerOptions: { customConditions: [], allowImportingTsExtensions: true } },
  sourcemap: true,
  clean: true,
  splitting: true,
  treeshake: true,
};
