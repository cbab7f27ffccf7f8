import type { AddressInfo, Server } from 'node:net';
import { BqsyncError } from '@bqsync/errors';

export interface Address {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/** Opens a server's port and answers its number. */
export function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE' ? `port ${port} on ${host} is already in use` : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(
        new BqsyncError('BQS_USAGE', message, { hint: 'choose another port, or 0 for a free one', context: { host, port }, cause: error }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
