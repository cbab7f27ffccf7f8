import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { BqsyncError } from '@bqsync/errors';

// Below the range that systems hand out for outgoing connections, so that a port found free is not taken by chance a moment later.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 200;

/** `count` different TCP ports on which nothing listens at `host`. They are not reserved. */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < TRIES && found.size < count; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port, host)) found.add(port);
  }
  if (found.size < count) {
    throw new BqsyncError('BQS_USAGE', `no ${count} free ports between ${LOWEST} and ${HIGHEST} on ${host}`, {
      hint: 'close programs that listen there',
    });
  }
  return [...found];
}

export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
