import { join } from 'node:path';
import { createApplication, installTarballs, packWorkspace } from '@bqsync/harper-process';
import { DATASET, LATENESS_SECONDS, PROJECT, TABLES } from '../source/tables.ts';

const PLUGIN = '@bqsync/harper-plugin';

/** A Harper application with the plugin, installed by npm from its packed form as a user would. */
export async function prepareApplication(appDir: string, root: string, apiEndpoint: string): Promise<void> {
  const cacheDir = join(root, '.bqsync', 'cache');
  const tarballs = await packWorkspace({ root, names: [PLUGIN], outDir: join(cacheDir, 'packages') });
  await installTarballs(appDir, tarballs, { cacheDir: join(cacheDir, 'installed') });
  createApplication(appDir, { config: { rest: true, [PLUGIN]: { package: PLUGIN, timeout: 60_000, ...configuration(apiEndpoint) } } });
}

/** What the plugin and `bqsync verify` are told. Small commits make a window of many, so that there is a middle to be killed in. */
export function configuration(apiEndpoint: string): Record<string, unknown> {
  return {
    bigquery: {
      projectId: PROJECT,
      apiEndpoint,
      credentials: 'none',
      // A table that gives up would wait for minutes, and there are more faults here than in any bad day.
      maxRetries: 100,
      initialRetryDelay: 50,
      tables: TABLES.map(({ id, target, primaryKey, timestampColumn }) => ({
        id,
        dataset: DATASET,
        table: id,
        timestampColumn,
        primaryKey,
        targetTable: target,
      })),
    },
    sync: { pollInterval: 200, lateness: LATENESS_SECONDS, initialBatchSize: 250, catchupBatchSize: 50, steadyBatchSize: 25 },
  };
}
