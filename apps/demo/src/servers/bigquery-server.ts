/*
 * The local BigQuery in a process of its own, so that neither the demo's screen nor the sync is slowed by the other. Ends when its parent asks, or is gone.
 */
import { toBqsyncError } from '@bqsync/errors';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import type { ServerReply, ServerRequest } from './bigquery-messages.ts';

const send = (reply: ServerReply): void => {
  process.send?.(reply);
};
// A Ctrl-C in the terminal reaches the whole group; when to end is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

let server: LocalBigQuery | undefined;

async function end(): Promise<void> {
  await server?.close();
  process.exit(0);
}

async function handle(request: ServerRequest): Promise<void> {
  if (request.kind === 'close') return end();
  try {
    server = await startLocalBigQuery({
      ...request.options,
      onFault: (error, call) => {
        console.error(`${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      },
    });
    send({ kind: 'started', url: server.url, port: server.port, storageUrl: `http://${server.storageUrl}` });
  } catch (error) {
    const { code, message, hint } = toBqsyncError(error);
    send({ kind: 'failed', code, message, hint });
  }
}

process.on('message', (request: ServerRequest) => void handle(request));
process.on('disconnect', () => void end());
