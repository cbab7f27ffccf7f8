import './lib/node-version.mjs';
import { runApplication } from './lib/application.mjs';

await runApplication({ name: 'chaos', main: 'apps/chaos/dist/main.js', builds: ['@bqsync/chaos', '@bqsync/harper-plugin'] });
