import { deserialize, serialize } from 'node:v8';
import { toBqsyncError } from '@bqsync/errors';
import { harperRuntime } from '@bqsync/harper';
import { calls, type Calls } from './calls.ts';

export interface CallBody {
  readonly worker: number;
  readonly name: keyof Calls;
  /** A structured clone, base64. */
  readonly args: string;
}

export type CallReply = { readonly result: string } | { readonly error: string } | { readonly elsewhere: true };

declare const Resource: new () => object;

/** One endpoint for all calls, `POST /Call/`, in the worker that is asked for. */
export class Call extends Resource {
  static loadAsInstance = false;

  get(): { ready: true } {
    return { ready: true };
  }

  async post(_target: unknown, body: Promise<CallBody> | CallBody): Promise<CallReply> {
    const { worker, name, args } = await body;
    if ((harperRuntime().server.workerIndex ?? 0) !== worker) return { elsewhere: true };
    try {
      const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
      const result = await call(...(deserialize(Buffer.from(args, 'base64')) as unknown[]));
      return { result: serialize(result).toString('base64') };
    } catch (error) {
      const { message, hint } = toBqsyncError(error);
      return { error: hint === undefined ? message : `${message}; ${hint}` };
    }
  }
}
