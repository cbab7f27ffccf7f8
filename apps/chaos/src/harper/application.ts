import { join } from 'node:path';
import type { LocalBigQuery } from '@bqsync/local-bigquery';
import { createApplication, installTarballs, packWorkspace } from '@bqsync/harper-process';
import type { ReadChoice } from '../options.ts';
import { DATASET, LATENESS_SECONDS, PROJECT, readOf, TABLES } from '../source/tables.ts';

const PLUGIN = '@bqsync/harper-plugin';

/** What is synced from where, and how it is read. */
export interface SyncSettings {
  readonly bigquery: Pick<LocalBigQuery, 'url' | 'storageUrl'>;
  readonly read: ReadChoice;
}

/** A Harper application with the plugin, installed by npm from its packed form as a user would. */
export async function prepareApplication(appDir: string, root: string, settings: SyncSettings): Promise<void> {
  const cacheDir = join(root, '.bqsync', 'cache');
  const tarballs = await packWorkspace({ root, names: [PLUGIN], outDir: join(cacheDir, 'packages') });
  await installTarballs(appDir, tarballs, { cacheDir: join(cacheDir, 'installed') });
  createApplication(appDir, { config: { rest: true, [PLUGIN]: { package: PLUGIN, timeout: 60_000, ...configuration(settings) } } });
}

/** What the plugin and `bqsync verify` are told. Small commits make a window of many, so that there is a middle to be killed in. */
export function configuration({ bigquery, read }: SyncSettings): Record<string, unknown> {
  return {
    bigquery: {
      projectId: PROJECT,
      apiEndpoint: bigquery.url,
      storageEndpoint: `http://${bigquery.storageUrl}`,
      credentials: 'none',
      // A table that gives up would wait for minutes, and there are more faults here than in any bad day.
      maxRetries: 100,
      initialRetryDelay: 50,
      tables: TABLES.map((table) => ({
        id: table.id,
        dataset: DATASET,
        table: table.id,
        timestampColumn: table.timestampColumn,
        primaryKey: table.primaryKey,
        targetTable: table.target,
        read: { api: readOf(table, read) },
      })),
    },
    sync: { pollInterval: 200, lateness: LATENESS_SECONDS, initialBatchSize: 250, catchupBatchSize: 50, steadyBatchSize: 25 },
  };
}
