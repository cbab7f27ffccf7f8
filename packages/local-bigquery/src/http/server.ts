import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BqsyncError } from '@bqsync/errors';
import { ApiError, notImplemented } from './api-error.ts';
import type { Call, Reply, Router } from './router.ts';

/** Looks at a call before it is handled; a reply ends the call. The place for faults on request. */
export type Interceptor = (call: Omit<Call, 'params'>) => Promise<Reply | undefined> | Reply | undefined;

interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly interceptors: readonly Interceptor[];
  /** A fault of the server itself; the caller gets 500. */
  onFault(error: unknown, call: string): void;
}

interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a router over HTTP: one error form, both path prefixes, and no request cut off by close(). */
export async function serve(router: Router, options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void answer(router, options, request, response);
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE' ? `port ${port} on ${host} is already in use` : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(
        new BqsyncError('BQS_USAGE', message, { hint: 'choose another port, or 0 for a free one', context: { host, port }, cause: error }),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

async function answer(router: Router, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const origin = `http://${request.headers.host ?? `${options.host}:${options.port}`}`;
  let reply: Reply;
  try {
    const url = new URL(request.url ?? '/', origin);
    const path = url.pathname.replace(/^(\/upload)?\/bigquery\/v2(?=\/)/, '$1');
    reply = await dispatch(router, options, { method, path, query: url.searchParams, headers: request.headers, request, origin });
  } catch (error) {
    reply = errorReply(error, (fault) => options.onFault(fault, `${method} ${request.url ?? ''}`));
  }
  send(request, response, reply);
}

async function dispatch(router: Router, options: ServerOptions, call: Omit<Call, 'params'>): Promise<Reply> {
  for (const interceptor of options.interceptors) {
    const reply = await interceptor(call);
    if (reply) return reply;
  }
  const match = router.match(call.method, call.path);
  if (match === 'no-path' || match === 'no-method') throw notImplemented(`${call.method} ${call.path}`);
  return await match.handler({ ...call, params: match.params });
}

function errorReply(error: unknown, onFault: (error: unknown) => void): Reply {
  if (error instanceof ApiError) return { status: error.status, body: error.toBody() };
  onFault(error);
  const fault = new ApiError('internalError', `The local BigQuery failed: ${error instanceof Error ? error.message : String(error)}`);
  return { status: fault.status, body: fault.toBody() };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8', ...reply.headers };
  // An unread rest of a refused upload would keep the connection busy: drain it.
  if (!request.complete) request.resume();
  if (reply.body === undefined) {
    response.writeHead(reply.status, { ...headers, 'content-length': '0' }).end();
    return;
  }
  const body = Buffer.from(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  response.writeHead(reply.status, { ...headers, 'content-length': String(body.length) }).end(body);
}
