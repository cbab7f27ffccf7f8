import { join } from 'node:path';
import type { LocalBigQuery } from '@bqsync/local-bigquery';
import { createApplication, installTarballs, packWorkspace } from '@bqsync/harper-process';
import type { ReadChoice } from '../options.ts';
import { type ChaosTable, DATASET, LATENESS_SECONDS, PROJECT, readOf } from '../source/tables.ts';

const PLUGIN = '@bqsync/harper-plugin';

/** What is synced from where, and how it is read. */
export interface SyncSettings {
  readonly bigquery: Pick<LocalBigQuery, 'url' | 'storageUrl'>;
  readonly read: ReadChoice;
  readonly tables: readonly ChaosTable[];
  /** Global `sync`, over what every run has. */
  readonly sync: Readonly<Record<string, unknown>>;
}

/** Installs the plugin into applications by npm from its packed form, as a user would. */
export async function installPlugin(appDirs: readonly string[], root: string): Promise<void> {
  const cacheDir = join(root, '.bqsync', 'cache');
  const tarballs = await packWorkspace({ root, names: [PLUGIN], outDir: join(cacheDir, 'packages') });
  for (const appDir of appDirs) await installTarballs(appDir, tarballs, { cacheDir: join(cacheDir, 'installed') });
}

/** Writes the application's configuration; a running Harper notices. `graphql`: targets that the application declares itself. */
export function writeApplication(appDir: string, settings: SyncSettings, graphql?: string): void {
  createApplication(appDir, {
    config: {
      rest: true,
      ...(graphql === undefined ? {} : { graphqlSchema: { files: 'schema.graphql' } }),
      [PLUGIN]: { package: PLUGIN, timeout: 60_000, ...configuration(settings) },
    },
    graphql,
  });
}

/** The configuration of the plugin and of `bqsync verify`. */
export function configuration({ bigquery, read, tables, sync }: SyncSettings): Record<string, unknown> {
  return {
    bigquery: {
      projectId: PROJECT,
      apiEndpoint: bigquery.url,
      storageEndpoint: `http://${bigquery.storageUrl}`,
      credentials: 'none',
      // A table that gives up would wait for minutes, and there are more faults here than in any bad day.
      maxRetries: 100,
      initialRetryDelay: 50,
      tables: tables.map((table) => ({
        id: table.id,
        dataset: DATASET,
        table: table.id,
        timestampColumn: table.timestampColumn,
        primaryKey: table.primaryKey,
        targetTable: table.target,
        read: { api: readOf(table, read) },
        ...(table.sync === undefined ? {} : { sync: table.sync }),
      })),
    },
    sync: { lateness: LATENESS_SECONDS, ...sync },
  };
}
