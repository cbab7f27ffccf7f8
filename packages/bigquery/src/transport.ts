import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BqsyncError } from '@bqsync/errors';
import type { BigQuery } from '@google-cloud/bigquery';
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

/** Calls of BigQuery's REST API by the official client, which brings addressing, authentication and connections. */
export interface Transport {
  get(call: Call): Promise<Answer>;
  post(call: Call, body: unknown): Promise<Answer>;
}

const inflate = promisify(gunzip);
const MAX_BODY_BYTES = 512 * 1024 * 1024;

/** `timeoutMs`: how long a server may stay silent within a call. The client itself waits for ever. */
export function createTransport(client: BigQuery, timeoutMs: number): Transport {
  return {
    async get(call) {
      const received = await guarded(call, () => streamed(client, call, timeoutMs));
      const text = (await guarded(call, () => bodyOf(received))).toString('utf8');
      const body = parsed(text, received.status, call.place);
      if (received.status < 200 || received.status > 299) {
        throw callError(errorBody(body, received), call.place);
      }
      return { body, bytes: text.length };
    },
    async post(call, body) {
      return guarded(call, () => posted(client, call, body, timeoutMs));
    },
  };
}

async function guarded<T>(call: Call, run: () => Promise<T>): Promise<T> {
  try {
    call.signal.throwIfAborted();
    return await run();
  } catch (error) {
    if (call.signal.aborted) throw new BqsyncError('BQS_ABORTED', `stopped while trying to ${call.place.doing}`);
    throw callError(error, call.place);
  }
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

/**
 * A GET as a stream. The client's own way copies every answer deeply, which costs more than decoding it, cannot be stopped and
 * hides the size; a stream can be destroyed. Streams are not decompressed by the client.
 */
function streamed(client: BigQuery, call: Call, timeoutMs: number): Promise<Received> {
  return new Promise((resolve, reject) => {
    const stream = client.requestStream({
      uri: call.path,
      qs: defined(call.query),
      headers: { 'Accept-Encoding': 'gzip' },
      ...(call.projectId === undefined ? {} : { projectId: call.projectId }),
    });
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: Readonly<Record<string, unknown>> = {};
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        stream.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    const onAbort = (): void => fail(new DOMException('stopped', 'AbortError'));
    const timer = setTimeout(() => fail(silent(timeoutMs)), timeoutMs);
    call.signal.addEventListener('abort', onAbort, { once: true });
    stream.on('response', (response: unknown) => {
      timer.refresh();
      if (!isRecord(response)) return;
      status = typeof response.statusCode === 'number' ? response.statusCode : 0;
      if (isRecord(response.headers)) headers = response.headers;
    });
    stream.on('data', (chunk: Buffer) => {
      timer.refresh();
      chunks.push(chunk);
    });
    stream.on('error', fail);
    stream.on('end', () => settle(() => resolve({ status, headers, bytes: Buffer.concat(chunks) })));
    // After an end or an error this changes nothing: a promise settles once.
    stream.on('close', () => fail(new Error('socket hang up')));
  });
}

async function bodyOf(received: Received): Promise<Buffer> {
  const compressed = received.headers['content-encoding'] === 'gzip' && received.bytes.length > 0;
  return compressed ? inflate(received.bytes, { maxOutputLength: MAX_BODY_BYTES }) : received.bytes;
}

function parsed(text: string, status: number, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Proxies answer errors with pages of their own; what was promised to be a good answer broke off.
    if (status < 200 || status > 299) return undefined;
    throw new BqsyncError('BQS_SOURCE_UNREACHABLE', `could not ${place.doing}: the answer broke off after ${text.length} characters`, {
      context: { table: place.table, jobId: place.jobId },
      cause,
    });
  }
}

function errorBody(body: unknown, received: Received): unknown {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  return {
    message: `the server answered ${received.status}`,
    ...error,
    code: received.status,
    response: { headers: received.headers },
  };
}

function posted(client: BigQuery, call: Call, json: unknown, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    // The client cannot take a POST back: its answer is let go, and the caller asks by the job's id what became of it.
    const onAbort = (): void => fail(new DOMException('stopped', 'AbortError'));
    const timer = setTimeout(() => fail(silent(timeoutMs)), timeoutMs);
    call.signal.addEventListener('abort', onAbort, { once: true });
    client.request(
      {
        method: 'POST',
        uri: call.path,
        qs: defined(call.query),
        json,
        ...(call.projectId === undefined ? {} : { projectId: call.projectId }),
      },
      (error, body: unknown) => {
        if (error) fail(error);
        else settle(() => resolve({ body, bytes: 0 }));
      },
    );
  });
}

function silent(timeoutMs: number): Error {
  return Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
}

function defined(query: QueryString = {}): Record<string, string | number | boolean> {
  const entries: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(query)) if (value !== undefined) entries.push([name, value]);
  return Object.fromEntries(entries);
}
