import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { FaultBook } from '../faults/fault-book.ts';
import type { RestFault } from '../faults/fault-spec.ts';
import { ApiError, notImplemented, STATUS_REASONS } from './api-error.ts';
import { type Address, listen } from './listen.ts';
import type { Call, Reply, Router } from './router.ts';

/** Looks at a call before it is handled; a reply ends the call. For what a fault of `POST /local/faults` cannot say. */
export type Interceptor = (call: Omit<Call, 'params'>) => Promise<Reply | undefined> | Reply | undefined;

interface ServerOptions extends Address {
  readonly interceptors: readonly Interceptor[];
  readonly faults: FaultBook;
  /** Lets what a call names expire, before it is handled. */
  readonly expire: (path: string, what: 'rows' | 'job') => Promise<void>;
  /** What time has done to the data is seen to before a call is handled. */
  readonly before: () => Promise<void>;
  /** A fault of the server itself; the caller gets 500. */
  readonly onFault: (error: unknown, call: string) => void;
}

interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

type Effect = Awaited<ReturnType<FaultBook['rest']>>;

/** How long the first half of an answer has to arrive before the connection is reset. */
const RESET_DELAY_MS = 20;

/** Serves a router over HTTP: one error form, both path prefixes, and no request cut off by close(). */
export async function serve(router: Router, options: ServerOptions): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void answer(router, options, request, response);
  });
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 0;
  const port = await listen(server, options);
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

async function answer(router: Router, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const origin = `http://${request.headers.host ?? `${options.host}:${options.port}`}`;
  let reply: Reply;
  let effect: Effect;
  try {
    const url = new URL(request.url ?? '/', origin);
    const path = url.pathname.replace(/^(\/upload)?\/bigquery\/v2(?=\/)/, '$1');
    if (!path.startsWith('/local/')) effect = await options.faults.rest(method, path, request.headers.authorization);
    if (effect?.kind === 'reset' && effect.when !== 'after' && effect.when !== 'body') {
      request.socket.resetAndDestroy();
      return;
    }
    if (effect?.kind === 'expire') await options.expire(path, effect.what ?? 'rows');
    reply =
      effect?.kind === 'error'
        ? faultReply(effect)
        : await dispatch(router, options, { method, path, query: url.searchParams, headers: request.headers, request, origin });
  } catch (error) {
    reply = errorReply(error, (fault) => options.onFault(fault, `${method} ${request.url ?? ''}`));
  }
  send(request, response, reply, effect);
}

async function dispatch(router: Router, options: ServerOptions, call: Omit<Call, 'params'>): Promise<Reply> {
  for (const interceptor of options.interceptors) {
    const reply = await interceptor(call);
    if (reply) return reply;
  }
  if (!call.path.startsWith('/local/')) await options.before();
  const match = router.match(call.method, call.path);
  if (match === 'no-path' || match === 'no-method') throw notImplemented(`${call.method} ${call.path}`);
  return await match.handler({ ...call, params: match.params });
}

/** What Google answers to a token that has expired or was revoked. */
const UNAUTHENTICATED =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';

function faultReply({ status, reason, message }: Extract<RestFault, { kind: 'error' }>): Reply {
  const name = reason ?? STATUS_REASONS[status] ?? 'backendError';
  const text = status === 401 ? UNAUTHENTICATED : `An error that was asked for: ${name}`;
  const error = new ApiError(name, message ?? text, undefined, status);
  return { status, body: error.toBody() };
}

function errorReply(error: unknown, onFault: (error: unknown) => void): Reply {
  if (error instanceof ApiError) return { status: error.status, body: error.toBody() };
  onFault(error);
  const fault = new ApiError('internalError', `The local BigQuery failed: ${error instanceof Error ? error.message : String(error)}`);
  return { status: fault.status, body: fault.toBody() };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, effect: Effect): void {
  if (response.destroyed) return;
  if (effect?.kind === 'reset' && effect.when === 'after') {
    request.socket.resetAndDestroy();
    return;
  }
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8', ...reply.headers };
  drain(request);
  const whole = Buffer.from(reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  const half = whole.subarray(0, whole.length >> 1);
  const body = effect?.kind === 'truncate' ? half : whole;
  if (effect?.kind === 'transfer') {
    sendPieces(response, reply.status, headers, effect, body);
    return;
  }
  response.writeHead(reply.status, { ...headers, 'content-length': String(body.length) });
  if (effect?.kind === 'reset') {
    response.write(half, () => void setTimeout(() => request.socket.resetAndDestroy(), RESET_DELAY_MS));
  } else {
    response.end(body);
  }
}

/** The whole answer, packed or in pieces: other ways that HTTP has to say the same. */
function sendPieces(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  { gzip = false, chunkBytes }: Extract<RestFault, { kind: 'transfer' }>,
  body: Buffer,
): void {
  const packed = gzip ? gzipSync(body) : body;
  const encoding = gzip ? { 'content-encoding': 'gzip' } : {};
  if (chunkBytes === undefined) {
    response.writeHead(status, { ...headers, ...encoding, 'content-length': String(packed.length) });
    response.end(packed);
    return;
  }
  response.writeHead(status, { ...headers, ...encoding });
  for (let at = 0; at < packed.length; at += chunkBytes) response.write(packed.subarray(at, at + chunkBytes));
  response.end();
}

/**
 * Lets the rest of a request that was refused early flow away; unread, it would hold up the connection and everything that comes
 * after it. Who stopped reading may have left a listener or a pipe behind, by either of which the request stays paused.
 */
function drain(request: IncomingMessage): void {
  if (request.readableEnded) return;
  request.unpipe();
  request.removeAllListeners('readable');
  request.resume();
}
