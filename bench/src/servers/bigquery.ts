import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Connection } from '@bqsync/bigquery';
import type { UsageReport } from '@bqsync/local-bigquery';
import { PROJECT } from '../source/position-table.ts';

export interface BigQueryProcess {
  readonly connection: Connection;
  usage(): Promise<UsageReport>;
  /** Processor time that it has used since its start, in milliseconds. */
  cpuMs(): Promise<number>;
  end(): Promise<void>;
}

export async function startBigQuery(): Promise<BigQueryProcess> {
  const child = fork(new URL('./bigquery-server.js', import.meta.url), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ask = async <T>(): Promise<T> => {
    const [answer] = (await Promise.race([
      once(child, 'message'),
      exited.then(([code]) => Promise.reject(new Error(`the local BigQuery ended with ${String(code)}`))),
    ])) as [T];
    return answer;
  };
  const { url, storageUrl } = await ask<{ url: string; storageUrl: string }>();
  return {
    connection: { projectId: PROJECT, credentials: { kind: 'anonymous' }, apiEndpoint: url, storageEndpoint: storageUrl },
    usage: async () => (await (await fetch(`${url}/local/usage`)).json()) as UsageReport,
    cpuMs: async () => {
      const answer = ask<{ cpuMs: number }>();
      child.send('cpu');
      return (await answer).cpuMs;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
