import { BqsyncError } from '@bqsync/errors';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ApiContext } from '../api/context.ts';
import { readService } from './protocol.ts';
import { readHandlers } from './read-service.ts';

interface ReadServerOptions {
  readonly host: string;
  readonly port: number;
  readonly onFault: (error: unknown, call: string) => void;
}

export interface ReadServer {
  readonly port: number;
  /** Ends every call, and waits until none reads the database any more. */
  close(): Promise<void>;
}

/** Serves the Storage Read API over gRPC, without encryption and authentication. */
export async function serveReads(context: ApiContext, options: ReadServerOptions): Promise<ReadServer> {
  const reads = new Set<Promise<void>>();
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
  server.addService(readService(), readHandlers(context, reads, options.onFault));
  const port = await bind(server, options);
  return {
    port,
    close: async () => {
      server.forceShutdown();
      await Promise.all(reads);
    },
  };
}

function bind(server: Server, { host, port }: ReadServerOptions): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (!error) {
        resolve(bound);
        return;
      }
      const message = /EADDRINUSE/.test(error.message)
        ? `port ${port} on ${host} is already in use`
        : `cannot listen on ${address}: ${error.message}`;
      reject(
        new BqsyncError('BQS_USAGE', message, {
          hint: 'choose another storagePort, or 0 for a free one',
          context: { host, port },
          cause: error,
        }),
      );
    });
  });
}
