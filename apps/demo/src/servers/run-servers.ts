import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { isPortFree, type HarperProcess, startHarper } from '@bqsync/harper-process';
import type { DemoOptions } from '../options.ts';
import type { StatePaths } from '../state/paths.ts';
import { type BigQueryServer, startBigQuery } from './bigquery.ts';

/** Streamed rows stay this long in the local BigQuery's streaming buffer, where `numRows` does not show them: long enough to be met, short enough to watch. */
const STREAMING_BUFFER_MS = 5_000;

/** A first start installs Harper, which takes some seconds, and minutes on a machine with much else to do. */
const START_TIMEOUT_MS = 240_000;

export async function openBigQuery(options: DemoOptions, paths: StatePaths, lastPort: number): Promise<BigQueryServer> {
  const { bigqueryPort } = options;
  const port = bigqueryPort ?? (lastPort > 0 && (await isPortFree(lastPort)) ? lastPort : 0);
  return startBigQuery({ file: join(paths.bigquery, 'bigquery.duckdb'), port, streamingBufferMs: STREAMING_BUFFER_MS }, paths.bigqueryLog);
}

export interface HarperSettings {
  readonly options: DemoOptions;
  readonly paths: StatePaths;
  readonly appDir: string;
  readonly ready?: (harper: HarperProcess) => Promise<boolean>;
  readonly signal: AbortSignal;
}

export async function openHarper({ options, paths, appDir, ready, signal }: HarperSettings): Promise<HarperProcess> {
  writeFileSync(paths.harperLog, '', { flag: 'a' });
  const harper = await startHarper({
    rootDir: paths.harper,
    appDir,
    threads: options.threads,
    startTimeoutMs: START_TIMEOUT_MS,
    httpPort: options.httpPort,
    operationsPort: options.operationsPort,
    signal,
    onLog: (line) => {
      appendFileSync(paths.harperLog, `${line}\n`);
    },
    ...(ready === undefined ? {} : { ready }),
  });
  writeNetrc(paths.netrc, harper);
  return harper;
}

/** For `curl --netrc-file`: the password is in no command line, and only this user can read it. */
function writeNetrc(path: string, { credentials }: HarperProcess): void {
  writeFileSync(path, `machine 127.0.0.1 login ${credentials.username} password ${credentials.password}\n`, { mode: 0o600 });
}

/** Rejects when a server ends by itself; stays pending otherwise. */
export async function failIfGone(bigquery: BigQueryServer, harper: HarperProcess, paths: StatePaths, signal: AbortSignal): Promise<never> {
  const gone = await Promise.race([
    bigquery.exited.then(
      (code) =>
        new BqsyncError('BQS_SOURCE_UNREACHABLE', `the local BigQuery ended with ${String(code)}`, { hint: `see ${paths.bigqueryLog}` }),
    ),
    harper.exited.then(
      ({ code, signal: by }) =>
        new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper ended with ${by ?? String(code)}`, { hint: `see ${paths.harperLog}` }),
    ),
  ]);
  // Harper's own Ctrl-C handling, or ours, is at work.
  if (signal.aborted) return new Promise<never>(() => undefined);
  throw gone;
}

/** Says that somebody's terms are accepted by running this, and where they are. */
export function acceptTerms(): void {
  process.stderr.write(
    "This demo starts a throwaway Harper on loopback and accepts Harper's end user license agreement for it: https://harperdb.io/legal/end-user-license-agreement\n",
  );
}
