import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import type { UsageReport } from '@bqsync/local-bigquery';
import type { ServerReply, ServerRequest, ServerSettings } from './bigquery-messages.ts';

/** The local BigQuery, running. */
export interface BigQueryServer {
  readonly url: string;
  readonly port: number;
  /** Of the Storage Read API. */
  readonly storageUrl: string;
  /** What its queries have cost since it was started, by the labels that they carry. */
  usage(): Promise<UsageReport>;
  /** Resolves once the process is gone. */
  readonly exited: Promise<number | null>;
  /** Closes the file and ends the process; resolves once it is gone. May be called again. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts the local BigQuery in a process of its own.
 *
 * @throws BqsyncError as `startLocalBigQuery`; `BQS_SOURCE_UNREACHABLE` if the process ends before it serves.
 */
export async function startBigQuery(settings: ServerSettings, logFile: string): Promise<BigQueryServer> {
  const child = fork(new URL('./bigquery-server.js', import.meta.url), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      log.end();
      resolve(code);
    });
  });
  const send = (request: ServerRequest): boolean => child.connected && child.send(request);
  const reply = new Promise<ServerReply>((resolve, reject) => {
    child.once('message', (message) => {
      resolve(message as ServerReply);
    });
    child.once('error', reject);
    void exited.then((code) => {
      reject(
        new BqsyncError('BQS_SOURCE_UNREACHABLE', `the local BigQuery ended with ${String(code)} before it served`, {
          hint: `see ${logFile}`,
        }),
      );
    });
  });
  send({ kind: 'start', options: settings });
  const answer = await reply;
  const stop = async (): Promise<void> => {
    send({ kind: 'close' });
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(forced);
  };
  if (answer.kind === 'failed') {
    await stop();
    throw new BqsyncError(answer.code, answer.message, { hint: answer.hint });
  }
  const usage = async (): Promise<UsageReport> => {
    const response = await fetch(`${answer.url}/local/usage`);
    return (await response.json()) as UsageReport;
  };
  return { url: answer.url, port: answer.port, storageUrl: answer.storageUrl, usage, exited, stop };
}
