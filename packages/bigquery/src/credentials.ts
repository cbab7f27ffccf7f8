import { performance } from 'node:perf_hooks';
import { BqsyncError } from '@bqsync/errors';
import type { BigQuery } from '@google-cloud/bigquery';
import { type Connection, createBigQueryClient } from './connection.ts';
import { type KeyFile, keyFileState, readKeyFile } from './key-file.ts';

/** The key file is looked at no more often than that. */
const LOOK_MS = 1000;

/** Credentials as they are now, and the client that uses them. */
export interface Identity {
  /** Differs from those before whenever the credentials were read again. */
  readonly generation: number;
  readonly client: BigQuery;
  /** Content of the key file, where there is one. */
  readonly key: KeyFile | undefined;
}

/**
 * Who BigQuery is asked as. A key file that is replaced is used from then on; credentials that are refused are read again, and a new token is
 * fetched with them, once for each refusal.
 */
export class CredentialsHolder {
  readonly #connection: Connection;
  readonly #path: string | undefined;
  #identity: Identity | undefined;
  #state: string | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<Identity> | undefined;

  constructor(connection: Connection, env: NodeJS.ProcessEnv = process.env) {
    this.#connection = connection;
    const { credentials } = connection;
    const named = env['GOOGLE_APPLICATION_CREDENTIALS'];
    this.#path = credentials.kind === 'file' ? credentials.path : credentials.kind === 'default' && named !== '' ? named : undefined;
  }

  /** @throws `BQS_CONFIG_INVALID` for a key file that cannot be used. */
  async current(): Promise<Identity> {
    const known = this.#identity;
    if (known === undefined) return this.#read();
    if (this.#path === undefined || performance.now() - this.#lookedAtMs < LOOK_MS) return known;
    this.#lookedAtMs = performance.now();
    const state = await keyFileState(this.#path);
    if (state === undefined || state === this.#state) return known;
    // It may be in the middle of being replaced: what was read before is used for as long as it is accepted.
    return this.#read().catch(() => known);
  }

  /** After a refusal of `refused`: reads the credentials again, unless that was done since. */
  async renew(refused: Identity): Promise<Identity> {
    const known = this.#identity;
    return known !== undefined && known.generation > refused.generation ? known : this.#read();
  }

  /** A refusal that stays, with the key file that it is of. */
  explained(error: unknown): unknown {
    if (!isRefusal(error) || this.#path === undefined) return error;
    const { message, context, cause } = error;
    return new BqsyncError('BQS_SOURCE_UNAUTHENTICATED', message, {
      hint: `the key in ${this.#path} is refused: if it was deleted or disabled, put another in its place, which is used at once`,
      context: { ...context, file: this.#path },
      cause,
    });
  }

  #read(): Promise<Identity> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<Identity> {
    const path = this.#path;
    this.#lookedAtMs = performance.now();
    const state = path === undefined ? undefined : await keyFileState(path);
    const key = path === undefined ? undefined : await readKeyFile(path);
    this.#identity = {
      generation: (this.#identity?.generation ?? 0) + 1,
      client: createBigQueryClient(this.#connection, key),
      key,
    };
    this.#state = state;
    return this.#identity;
  }
}

/** Whether other credentials, or a new token, may change an answer. */
export function isRefusal(error: unknown): error is BqsyncError {
  return error instanceof BqsyncError && error.code === 'BQS_SOURCE_UNAUTHENTICATED';
}
