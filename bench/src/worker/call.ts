import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import { toBqsyncError } from '@bqsync/errors';
import { harperRuntime } from '@bqsync/harper';
import { calls, type Calls } from './calls.ts';

export interface CallBody {
  readonly worker: number;
  /** Of the call: sent again, it asks for the result of the same one. */
  readonly id: string;
  readonly name: keyof Calls;
  /** A structured clone, base64. */
  readonly args: string;
}

export type CallReply =
  | { readonly result: string }
  | { readonly error: string }
  | { readonly elsewhere: true }
  | { readonly running: true };

declare const Resource: new () => object;

/** How long one request waits: clients and servers end those that take minutes. */
const WAIT_MS = 20_000;

const running = new Map<string, Promise<CallReply>>();

/** One endpoint for all calls, `POST /Call/`, in the worker that is asked for. */
export class Call extends Resource {
  static loadAsInstance = false;

  get(): { ready: true } {
    return { ready: true };
  }

  async post(_target: unknown, body: Promise<CallBody> | CallBody): Promise<CallReply> {
    const asked = await body;
    if ((harperRuntime().server.workerIndex ?? 0) !== asked.worker) return { elsewhere: true };
    const call = running.get(asked.id) ?? outside.runInAsyncScope(() => answerOf(asked));
    running.set(asked.id, call);
    const reply = await Promise.race([call, sleep<CallReply>(WAIT_MS, { running: true }, { ref: false })]);
    if (!('running' in reply)) running.delete(asked.id);
    return reply;
  }
}

/** A call that went on in the context of its request would be one transaction with it. */
const outside = new AsyncResource('bench');

async function answerOf({ name, args }: CallBody): Promise<CallReply> {
  try {
    const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
    const result = await call(...(deserialize(Buffer.from(args, 'base64')) as unknown[]));
    return { result: serialize(result).toString('base64') };
  } catch (error) {
    const { message, hint } = toBqsyncError(error);
    return { error: hint === undefined ? message : `${message}; ${hint}` };
  }
}
