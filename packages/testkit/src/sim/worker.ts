import { parentPort, workerData } from 'node:worker_threads';
import { runShare, type Share } from './many.ts';

// Errors are made by the thousand here, and their stacks read by nobody.
Error.stackTraceLimit = 0;
await runShare(workerData as Share, (outcomes) => parentPort?.postMessage(outcomes));
