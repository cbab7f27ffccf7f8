import './lib/node-version.mjs';
import { runBuilt } from './lib/run-built.mjs';

// Looks for each seeded bug from the first schedule on: see `pnpm sim:bugs --help`.
await runBuilt('@bqsync/seeded-bugs', 'packages/seeded-bugs/dist/main.js');
