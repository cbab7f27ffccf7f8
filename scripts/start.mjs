import './lib/node-version.mjs';
import { runApplication } from './lib/application.mjs';

await runApplication({
  name: 'the demo',
  main: 'apps/demo/dist/main.js',
  builds: ['@bqsync/demo', '@bqsync/harper-plugin'],
  // The verdict holds all rows of a table: they outlive the young generation, whose copying costs half of its time at the default size.
  nodeOptions: ['--max-semi-space-size=64'],
});
