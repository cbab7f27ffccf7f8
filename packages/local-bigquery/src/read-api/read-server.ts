import { createServer, type Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ApiContext } from '../api/context.ts';
import type { FaultBook } from '../faults/fault-book.ts';
import { type Address, listen } from '../http/listen.ts';
import { readService } from './protocol.ts';
import { readHandlers } from './read-service.ts';

interface ReadServerOptions extends Address {
  readonly faults: FaultBook;
  readonly before: () => Promise<void>;
  readonly onFault: (error: unknown, call: string) => void;
}

export interface ReadServer {
  readonly port: number;
  /** Ends every call, and waits until none reads the database any more. */
  close(): Promise<void>;
}

/** Serves the Storage Read API over gRPC, without encryption and authentication. */
export async function serveReads(context: ApiContext, options: ReadServerOptions): Promise<ReadServer> {
  const grpc = new Server();
  const sockets = new Map<string, Socket>();
  const { handlers, idle } = readHandlers(context, {
    ...options,
    reset: (peer) => void sockets.get(peer)?.resetAndDestroy(),
  });
  grpc.addService(readService(), handlers);
  // The sockets are opened here, and not by gRPC, so that a fault can reset one.
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const server = createServer((socket) => {
    const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;
    sockets.set(peer, socket);
    socket.on('close', () => sockets.delete(peer));
    injector.injectConnection(socket);
  });
  const port = await listen(server, options);
  return {
    port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      grpc.forceShutdown();
      for (const socket of sockets.values()) socket.destroy();
      await Promise.all([closed, idle()]);
    },
  };
}
