import { deserialize, serialize } from 'node:v8';
import { guardSequence } from '../../src/guard-sequence.ts';
import { harperRuntime } from '../../src/harper-runtime.ts';
import { calls, type Calls } from './calls.ts';

if (process.env['BQSYNC_TEST_GUARD'] === '1') guardSequence(harperRuntime().databases);

interface CallBody {
  readonly name: keyof Calls;
  readonly args: string;
}

declare const Resource: new () => object;

/** One endpoint for all calls: `POST /Call/`. */
export class Call extends Resource {
  static loadAsInstance = false;

  get(): { ready: true } {
    return { ready: true };
  }

  async post(_target: unknown, body: Promise<CallBody> | CallBody): Promise<{ result: string } | { error: Record<string, unknown> }> {
    const { name, args } = await body;
    try {
      const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
      const result = await call(...(deserialize(Buffer.from(args, 'base64')) as unknown[]));
      return { result: serialize(result).toString('base64') };
    } catch (error) {
      const { name: kind, message, code, hint, retryable } = error as Error & Record<string, unknown>;
      return { error: { name: kind, message, code, hint, retryable } };
    }
  }
}
