import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { STATE_SCHEMA } from '@bqsync/harper';
import { createApplication, startHarper } from '@bqsync/harper-process';
import type { CallBody, CallReply } from '../worker/call.ts';
import type { Calls } from '../worker/calls.ts';

/** A real Harper whose workers run what `worker/calls.ts` has. */
export interface HarperWorkers {
  /** Calls a function in the worker of that index. */
  call<Name extends keyof Calls>(worker: number, name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>>;
  end(): Promise<void>;
}

export async function startHarperWorkers(dir: string, threads: number, signal: AbortSignal): Promise<HarperWorkers> {
  const harper = await startHarper({
    rootDir: join(dir, 'root'),
    appDir: createApplication(join(dir, 'app'), {
      config: { rest: true, graphqlSchema: { files: 'schema.graphql' }, jsResource: { files: 'resources.js' } },
      graphql: STATE_SCHEMA,
      // What it imports is found from this package's own folder.
      resources: `export { Call } from ${JSON.stringify(new URL('./worker.js', import.meta.url).href)};\n`,
    }),
    threads,
    signal,
    ready: async (process) => (await process.fetch('/Call/')).ok,
  });
  return {
    call: async (worker, name, ...args) => {
      const body: CallBody = { worker, id: randomUUID(), name, args: serialize(args).toString('base64') };
      for (;;) {
        const response = await harper.fetch('/Call/', {
          method: 'POST',
          // A connection stays with one worker: a new one each time reaches all of them.
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify(body),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${response.status}: ${text}\n${harper.logTail()}`);
        const reply = JSON.parse(text) as CallReply;
        if ('elsewhere' in reply || 'running' in reply) continue;
        if ('error' in reply) throw new Error(`${name} in the worker: ${reply.error}`);
        return deserialize(Buffer.from(reply.result, 'base64')) as never;
      }
    },
    end: () => harper.stop(),
  };
}
