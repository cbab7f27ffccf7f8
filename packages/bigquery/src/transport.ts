import { BqsyncError } from '@bqsync/errors';
import type { BigQuery } from '@google-cloud/bigquery';
import { type CredentialsHolder, isRefusal } from './credentials.ts';
import { callError, isRecord, type Place } from './errors.ts';

export type QueryString = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  /** Below `/projects/{projectId}`. */
  readonly path: string;
  readonly query?: QueryString;
  /** Another project than the one that is billed. */
  readonly projectId?: string;
  readonly place: Place;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly body: unknown;
  /** Size of the JSON text. */
  readonly bytes: number;
}

/** Calls of BigQuery's REST API. One call is one request. */
export interface Transport {
  get(call: Call): Promise<Answer>;
  post(call: Call, body: object): Promise<Answer>;
}

/**
 * Uses what the official client brings: its address, its credentials and the HTTP under both. Its own `request` is left out: it copies
 * every answer deeply, which costs more than decoding it; it cannot be stopped, waits for ever, and hides the size of an answer.
 *
 * @param timeoutMs - how long a server may stay silent within a call
 */
export function createTransport(credentials: CredentialsHolder, timeoutMs: number): Transport {
  return {
    get: (call) => authenticated(credentials, call, { method: 'GET' }, timeoutMs),
    post: (call, data) => authenticated(credentials, call, { method: 'POST', data }, timeoutMs),
  };
}

/** A token may have ended before its time, and a key may have been replaced: a refusal is final only with credentials that were just read. */
async function authenticated(credentials: CredentialsHolder, call: Call, request: Request, timeoutMs: number): Promise<Answer> {
  const identity = await credentials.current();
  try {
    return await answered(identity.client, call, request, timeoutMs);
  } catch (error) {
    if (!isRefusal(error) || call.signal.aborted) throw error;
    const { client } = await credentials.renew(identity);
    return await answered(client, call, request, timeoutMs).catch((again: unknown) => {
      throw credentials.explained(again);
    });
  }
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly data?: object;
}

interface Received {
  readonly status: number;
  readonly headers: unknown;
  readonly text: string;
}

async function answered(client: BigQuery, call: Call, request: Request, timeoutMs: number): Promise<Answer> {
  const { place, signal } = call;
  // A timeout within the call and a stop from outside both end the request and free its connection.
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  const silence = setTimeout(onAbort, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const answer = await received(client, call, request, stop.signal, () => silence.refresh());
    if (answer.status < 200 || answer.status > 299) throw callError(refusal({ ...answer, data: answer.text }), place);
    return { body: parsed(answer.text, place), bytes: answer.text.length };
  } catch (error) {
    if (signal.aborted) throw new BqsyncError('BQS_ABORTED', `stopped while trying to ${place.doing}`);
    if (stop.signal.aborted) throw callError(silent(timeoutMs), place);
    throw callError(authenticationFault(error), place);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', onAbort);
  }
}

async function received(client: BigQuery, call: Call, request: Request, signal: AbortSignal, alive: () => void): Promise<Received> {
  const response = await client.authClient.request<AsyncIterable<Uint8Array>>({
    ...request,
    url: `${client.baseUrl}/projects/${call.projectId ?? client.projectId}${call.path}${queryOf(call.query)}`,
    // Google's servers compress only for agents that say gzip.
    headers: { 'User-Agent': 'bqsync (gzip)' },
    responseType: 'stream',
    retry: false,
    // Google's error body is read here.
    validateStatus: () => true,
    signal,
  });
  alive();
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.data) {
    chunks.push(chunk);
    alive();
  }
  return { status: response.status, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}

function queryOf(query: QueryString = {}): string {
  const params = new URLSearchParams({ prettyPrint: 'false' });
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return `?${params.toString()}`;
}

function parsed(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BqsyncError('BQS_SOURCE_UNREACHABLE', `could not ${place.doing}: the answer broke off after ${text.length} characters`, {
      context: { table: place.table, jobId: place.jobId },
      cause,
    });
  }
}

/** The token endpoint's refusal is thrown by the authentication, with its answer within. */
function authenticationFault(error: unknown): unknown {
  return error instanceof Error && 'response' in error && isRecord(error.response) ? refusal(error.response) : error;
}

/** An answer that is no success, with Google's error body if it has one; proxies answer with pages of their own. */
function refusal({ status, headers, data }: Record<string, unknown>): unknown {
  return { message: `the server answered ${String(status)}`, ...errorOf(data), code: status, response: { headers } };
}

function errorOf(data: unknown): Record<string, unknown> {
  let body: unknown = data;
  try {
    if (typeof data === 'string') body = JSON.parse(data);
  } catch {
    return {};
  }
  if (!isRecord(body)) return {};
  if (isRecord(body.error)) return body.error;
  // How the token endpoints say it.
  const said = [body.error, body.error_description].filter((part) => typeof part === 'string');
  return said.length === 0 ? {} : { message: said.join(': ') };
}

function silent(timeoutMs: number): Error {
  return Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
}
