/*
 * The local BigQuery in a process of its own, so that it takes no time of what is measured, and its own can be told. Ends with its parent.
 */
import { startLocalBigQuery } from '@bqsync/local-bigquery';

// A Ctrl-C in the terminal reaches the whole group; when to end is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const server = await startLocalBigQuery({ memoryLimit: '1GB' });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => void server.close().then(() => process.exit(0)));
process.send?.({ url: server.url, storageUrl: `http://${server.storageUrl}` });
