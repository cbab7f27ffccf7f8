import './lib/node-version.mjs';
import { runBuilt } from './lib/run-built.mjs';

// The simulator, with the arguments given: see `pnpm sim --help`.
await runBuilt('@bqsync/testkit', 'packages/testkit/dist/sim/main.js');
