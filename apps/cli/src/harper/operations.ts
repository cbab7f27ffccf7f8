import { BqsyncError } from '@bqsync/errors';
import { Decoder } from 'cbor-x';
import { DEFAULT_OPERATIONS_URL, type HarperOptions, harperUrl, type Login } from './harper-options.ts';
import { callHarper } from './http.ts';

const TIMEOUT_MS = 60_000;

/** A stored record: own enumerable attributes, BigInt, Buffer and Date as such. */
export type StoredRecord = Readonly<Record<string, unknown>>;

type Operation = Readonly<Record<string, unknown> & { operation: string }>;

/**
 * Harper's operations API. Answers are asked for in CBOR: JSON shows NaN and the infinities as null, writes integers above 2^53 as numbers that
 * a reader rounds, and bytes as objects; CBOR keeps them all.
 */
export class Operations {
  readonly url: string;
  readonly #login: Login;
  readonly #signal: AbortSignal;
  readonly #decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

  constructor(options: HarperOptions, login: Login, signal: AbortSignal) {
    this.url = harperUrl(options.operations ?? DEFAULT_OPERATIONS_URL, '--operations');
    this.#login = login;
    this.#signal = signal;
  }

  /** The answer to an operation; undefined where Harper says that what it is about does not exist. */
  async call(operation: Operation): Promise<unknown> {
    return (await this.measured(operation)).value;
  }

  /** {@link call} with the size of the answer. */
  async measured(operation: Operation): Promise<{ readonly value: unknown; readonly bytes: number }> {
    const doing = operation.operation;
    const { status, bytes } = await callHarper({
      url: this.url,
      login: this.#login,
      method: 'POST',
      accept: 'application/cbor',
      body: operation,
      signal: this.#signal,
      timeoutMs: TIMEOUT_MS,
      doing,
    });
    const body = this.#decode(bytes, doing);
    if (status >= 200 && status < 300) return { value: body, bytes: bytes.length };
    if (status === 404) return { value: undefined, bytes: 0 };
    throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper answered ${doing} with ${status}: ${messageOf(body)}`, {
      context: { doing, status },
    });
  }

  /** What the operations API answers to a GET; undefined for anything but JSON with status 200. */
  async get(path: string, doing: string): Promise<unknown> {
    const { status, bytes } = await callHarper({
      url: `${this.url}${path}`,
      login: this.#login,
      method: 'GET',
      accept: 'application/json',
      signal: this.#signal,
      timeoutMs: TIMEOUT_MS,
      doing,
    });
    try {
      return status === 200 ? (JSON.parse(new TextDecoder().decode(bytes)) as unknown) : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #decode(bytes: Uint8Array, doing: string): unknown {
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `the answer to ${doing} at ${this.url} is not CBOR`, {
        hint: "check that --operations names the operations API, not Harper's HTTP interface",
        cause,
      });
    }
  }

  /** Records by their keys, without order; keys that are not stored give none. */
  async byKeys(target: TargetRef, keys: readonly string[]): Promise<readonly StoredRecord[]> {
    const found = await this.call({ operation: 'search_by_id', ...target, ids: keys, get_attributes: ['*'] });
    return records(found, 'search_by_id');
  }
}

/** Where a table is in Harper. */
export interface TargetRef {
  readonly database: string;
  readonly table: string;
}

export function records(answer: unknown, doing: string): readonly StoredRecord[] {
  if (Array.isArray(answer)) return answer.filter(isRecord);
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper answered ${doing} with something else than records`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(body: unknown): string {
  if (isRecord(body) && typeof body['error'] === 'string') return body['error'].slice(0, 500);
  return typeof body === 'string' ? body.slice(0, 500) : 'no explanation';
}
