import type { grpc } from 'google-gax';
import { BqsyncError } from '@bqsync/errors';
import { callError, type Place } from '../errors.ts';
import type { ReadRowsResponse } from './protocol.ts';
import { type SourceWait, type StorageTimeouts, whileWaiting } from './timeouts.ts';

export interface RowStreamOptions {
  readonly timeouts: StorageTimeouts;
  readonly aheadBytes: number;
  readonly onWait: (wait: SourceWait) => void;
  readonly place: Place;
}

interface Held {
  readonly response: ReadRowsResponse;
  readonly bytes: number;
}

/**
 * The answers of one ReadRows call, in order. gRPC asks the server for the next answer only when this one has been let through, which
 * happens once fewer than `aheadBytes` wait here: so no more than that and one answer is in memory, however slow the reader is.
 */
export class RowStream {
  readonly #options: RowStreamOptions;
  readonly #call: grpc.ClientReadableStream<ReadRowsResponse>;
  readonly #signal: AbortSignal;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #letThrough: (() => void) | undefined;
  #outcome: { readonly error: unknown } | 'ended' | undefined;
  #wake: (() => void) | undefined;

  constructor(
    lib: typeof grpc,
    start: (options: grpc.CallOptions) => grpc.ClientReadableStream<ReadRowsResponse>,
    options: RowStreamOptions,
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#signal = signal;
    const gate: grpc.Interceptor = (callOptions, nextCall) =>
      new lib.InterceptingCall(nextCall(callOptions), {
        start: (metadata, _listener, next) => {
          next(metadata, {
            onReceiveMessage: (message: ReadRowsResponse, pass: (message: ReadRowsResponse) => void) => {
              this.#receive(message, () => pass(message));
            },
          });
        },
      });
    this.#call = start({ interceptors: [gate] });
    this.#call.on('data', () => undefined);
    this.#call.on('end', () => this.#end('ended'));
    this.#call.on('error', (error: unknown) => this.#end({ error }));
    signal.addEventListener('abort', this.#cancel, { once: true });
  }

  /** The next answer, or undefined at the end. A server that stays silent is `BQS_SOURCE_UNREACHABLE`. */
  async next(): Promise<ReadRowsResponse | undefined> {
    if (this.#held.length === 0 && this.#outcome === undefined) await this.#wait();
    const { place } = this.#options;
    if (this.#signal.aborted) throw new BqsyncError('BQS_ABORTED', `stopped while trying to ${place.doing}`);
    const held = this.#held.shift();
    if (held !== undefined) {
      this.#heldBytes -= held.bytes;
      this.#pass();
      return held.response;
    }
    if (this.#outcome === 'ended') return undefined;
    throw callError(this.#outcome?.error, place);
  }

  /** Ends the call, whatever has come. Idempotent. */
  cancel(): void {
    this.#signal.removeEventListener('abort', this.#cancel);
    this.#cancel();
  }

  readonly #cancel = (): void => {
    this.#held.length = 0;
    this.#end({ error: undefined });
    this.#call.cancel();
    this.#letThrough?.();
    this.#letThrough = undefined;
  };

  #receive(response: ReadRowsResponse, letThrough: () => void): void {
    const bytes = response.arrowRecordBatch?.serializedRecordBatch?.length ?? 0;
    this.#held.push({ response, bytes });
    this.#heldBytes += bytes;
    this.#letThrough = letThrough;
    this.#pass();
    this.#wake?.();
  }

  #pass(): void {
    if (this.#heldBytes >= this.#options.aheadBytes) return;
    const letThrough = this.#letThrough;
    this.#letThrough = undefined;
    letThrough?.();
  }

  #end(outcome: { readonly error: unknown } | 'ended'): void {
    this.#outcome ??= outcome;
    this.#wake?.();
  }

  /** The clock runs only while something is waited for: a slow reader is not the server's silence. */
  async #wait(): Promise<void> {
    const { timeouts, onWait, place } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    await whileWaiting(place, timeouts, onWait, () => {
      return new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(() => {
          const error = Object.assign(new Error(`no rows within ${timeouts.streamMs / 1000} s`), { code: 'ETIMEDOUT' });
          this.#end({ error });
          this.#cancel();
        }, timeouts.streamMs);
      });
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
