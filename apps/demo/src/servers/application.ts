import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApplication, installTarballs, packWorkspace } from '@bqsync/harper-process';
import { TABLE_NAMES, TABLES } from '@bqsync/synthesizer';
import type { ReadApi } from '../options.ts';
import { DATASET, PROJECT } from '../source/connection.ts';
import type { BigQueryServer } from './bigquery.ts';

const PLUGIN = '@bqsync/harper-plugin';

export interface PluginSettings {
  readonly appDir: string;
  /** The clone whose plugin is installed. */
  readonly root: string;
  /** Where packed packages and their installations are kept, by content. */
  readonly cacheDir: string;
}

/** Installs the plugin into the Harper application as a user would: by npm, from its packed form. */
export async function installPlugin({ appDir, root, cacheDir }: PluginSettings): Promise<void> {
  const tarballs = await packWorkspace({ root, names: [PLUGIN], outDir: join(cacheDir, 'packages') });
  const record = join(appDir, 'node_modules', '.bqsync-installed');
  const wanted = createHash('sha256').update(tarballs.join('\n')).digest('hex');
  if (existsSync(record) && readFileSync(record, 'utf8') === wanted) return;
  await installTarballs(appDir, tarballs, { cacheDir: join(cacheDir, 'installed') });
  writeFileSync(record, wanted);
}

/** What is synced, and how it is read. */
export interface SyncSettings {
  readonly bigquery: Pick<BigQueryServer, 'url' | 'storageUrl'>;
  readonly read: ReadApi;
}

/** The application's configuration: the plugin, and what it syncs. */
export function configureApplication(appDir: string, settings: SyncSettings): void {
  createApplication(appDir, { config: { rest: true, [PLUGIN]: pluginSection(settings) } });
}

/** An application that only serves what is there. */
export function prepareBareApplication(appDir: string): void {
  createApplication(appDir, { config: { rest: true } });
}

function pluginSection({ bigquery, read }: SyncSettings): Record<string, unknown> {
  return {
    package: PLUGIN,
    timeout: 60_000,
    bigquery: {
      projectId: PROJECT,
      apiEndpoint: bigquery.url,
      storageEndpoint: bigquery.storageUrl,
      credentials: 'none',
      tables: TABLE_NAMES.map((table) => ({
        id: table,
        dataset: DATASET,
        table,
        timestampColumn: TABLES[table].timeColumn,
        targetTable: table,
        primaryKey: TABLES[table].primaryKey,
      })),
    },
    sync: { pollInterval: 1_000 },
    read: { api: read },
  };
}
