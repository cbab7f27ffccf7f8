import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { createApplication, type HarperProcess, startHarper } from '@bqsync/harper-process';
import { build } from 'tsup';
import { STATE_SCHEMA } from '../src/index.ts';
import type { Calls } from './app/calls.ts';

export interface HarperApp {
  readonly harper: HarperProcess;
  /** Calls a function of `app/calls.ts` in a worker; rejects with what it throws. */
  call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>>;
  end(): Promise<void>;
}

/** A real Harper that runs this package's source in its workers, with the state tables and the given targets; `host`: a node of a cluster. */
export async function startHarperApp(
  options: { graphql?: string; threads?: number; host?: string; rootDir?: string; env?: Record<string, string> } = {},
): Promise<HarperApp> {
  const dir = mkdtempSync(join(tmpdir(), 'bqsync-sink-'));
  const appDir = createApplication(join(dir, 'app'), {
    config: { rest: true, graphqlSchema: { files: 'schema.graphql' }, jsResource: { files: 'resources.js' } },
    graphql: `${STATE_SCHEMA}\n${options.graphql ?? ''}`,
  });
  await build({
    config: false,
    silent: true,
    entry: { resources: new URL('app/resources.ts', import.meta.url).pathname },
    outDir: appDir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: () => ({ js: '.js' }),
    noExternal: [/^@bqsync\//],
    esbuildOptions: (esbuild) => {
      esbuild.conditions = ['@bqsync/source'];
    },
  });
  const harper = await startHarper({
    rootDir: options.rootDir ?? join(dir, 'root'),
    appDir,
    threads: options.threads ?? 1,
    ...(options.host === undefined ? {} : { host: options.host, cluster: true, password: 'of-this-test-only' }),
    ...(options.env === undefined ? {} : { env: options.env }),
    startTimeoutMs: 110_000,
    ready: async (process) => (await process.fetch('/Call/')).ok,
  }).catch((error: unknown) => {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  });
  return {
    harper,
    call: async (name, ...args) => {
      const response = await harper.fetch('/Call/', {
        method: 'POST',
        // A connection stays with one worker: a new one each time reaches all of them.
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ name, args: serialize(args).toString('base64') }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status}: ${text}\n${harper.logTail()}`);
      const body = JSON.parse(text) as { result?: string; error?: Record<string, unknown> };
      if (body.result === undefined) throw Object.assign(new Error(String(body.error?.message)), body.error);
      return deserialize(Buffer.from(body.result, 'base64')) as never;
    },
    end: async () => {
      await harper.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
