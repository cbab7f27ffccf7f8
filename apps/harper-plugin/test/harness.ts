import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApplication, type HarperProcess, startHarper } from '@bqsync/harper-process';
import { type LocalBigQuery, type LocalBigQueryOptions, startLocalBigQuery } from '@bqsync/local-bigquery';
import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { SyncStatus } from '../src/index.ts';
import { installPlugin } from './install-plugin.ts';

export const PROJECT = 'local-project';
/** For the hook that starts a fixture: the first one builds and installs the plugin, on a machine that may be busy. */
export const START_TIMEOUT_MS = 300_000;

/** A table of the configuration, as a user writes it. */
export interface TableConfig extends Record<string, unknown> {
  readonly id: string;
  readonly dataset: string;
  readonly table: string;
  readonly timestampColumn: string;
}

export interface FixtureOptions {
  /** Of the plugin's section. */
  readonly tables: readonly TableConfig[];
  /** Global `sync`; polls every 200 ms by default. */
  readonly sync?: Readonly<Record<string, unknown>>;
  readonly cost?: Readonly<Record<string, unknown>>;
  /** Further keys of `bigquery`. */
  readonly bigquery?: Readonly<Record<string, unknown>>;
  readonly threads?: number;
  /** Environment of the Harper process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** The application's own `schema.graphql`. */
  readonly graphql?: string;
  /** The application's own `resources.js`. */
  readonly resources?: string;
  /** False: the application names no plugin section, though the plugin is installed. */
  readonly plugin?: boolean;
  readonly local?: LocalBigQueryOptions;
  /** Called before Harper starts, to fill the source. */
  readonly seed?: (bigquery: BigQuery, local: LocalBigQuery) => Promise<void>;
}

/** The plugin in a real Harper against a local BigQuery, all on loopback. */
export class Fixture {
  readonly dir: string;
  readonly local: LocalBigQuery;
  /** The official client. */
  readonly bigquery: BigQuery;
  readonly harper: HarperProcess;
  #options: FixtureOptions;

  private constructor(dir: string, local: LocalBigQuery, harper: HarperProcess, options: FixtureOptions) {
    this.dir = dir;
    this.local = local;
    this.bigquery = clientOf(local);
    this.harper = harper;
    this.#options = options;
  }

  static async start(options: FixtureOptions): Promise<Fixture> {
    const dir = mkdtempSync(join(tmpdir(), 'bqsync-e2e-'));
    const [local] = await Promise.all([startLocalBigQuery(options.local), installPlugin(join(dir, 'app'))]);
    try {
      await options.seed?.(clientOf(local), local);
      const appDir = writeApplication(join(dir, 'app'), local, options);
      const harper = await startHarper({
        rootDir: join(dir, 'harper'),
        appDir,
        threads: options.threads,
        env: options.env,
        nodeOptions: options.nodeOptions,
        ...(options.plugin === false ? {} : { ready: pluginRuns(options.threads ?? 2) }),
      });
      return new Fixture(dir, local, harper, options);
    } catch (error) {
      await local.close();
      throw error;
    }
  }

  async status(): Promise<SyncStatus> {
    return readStatus(this.harper);
  }

  /** `POST /SyncControl` */
  control(body: unknown): Promise<Response> {
    return this.harper.fetch('/SyncControl', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Rewrites the application's configuration; Harper notices by itself. */
  configure(changes: Partial<FixtureOptions>): void {
    this.#options = { ...this.#options, ...changes };
    writeApplication(join(this.dir, 'app'), this.local, this.#options);
  }

  /** Polls the status until the condition holds; fails with the last status and Harper's log. */
  async waitFor(what: string, condition: (status: SyncStatus) => boolean, timeoutMs = 60_000): Promise<SyncStatus> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const status = await this.status();
      if (condition(status)) return status;
      if (performance.now() > deadline) {
        throw new Error(`not within ${timeoutMs} ms: ${what}\n${JSON.stringify(status, null, 1)}\n${this.harper.logTail()}`);
      }
      await sleep(100);
    }
  }

  /**
   * Resolves once everything committed to the source tables before the call is in Harper: each table has caught up at a snapshot behind
   * the source's last change. Rows that only a sweep finds (late ones) may follow.
   */
  async waitUntilSynced(tableIds = this.#options.tables.map(({ id }) => id), timeoutMs = 60_000): Promise<SyncStatus> {
    const modified = new Map<string, number>();
    for (const { id, dataset, table } of this.#options.tables.filter((each) => tableIds.includes(each.id))) {
      const [metadata] = (await this.bigquery.dataset(dataset).table(table).getMetadata()) as unknown as [{ lastModifiedTime: string }];
      modified.set(id, Number(metadata.lastModifiedTime));
    }
    return this.waitFor(
      `${tableIds.join(', ')} caught up`,
      ({ tables }) =>
        [...modified].every(([id, lastModifiedMs]) => {
          const table = tables.find(({ tableId }) => tableId === id);
          return table?.engineState === 'caught-up' && table.snapshot != null && Date.parse(table.snapshot) > lastModifiedMs;
        }),
      timeoutMs,
    );
  }

  /** Every row of a Harper table as the operations API gives it. */
  async rows(table: string, attributes: readonly string[] = ['*']): Promise<Record<string, unknown>[]> {
    const { hash_attribute } = await this.harper.operation<{ hash_attribute: string }>({ operation: 'describe_table', table });
    return this.harper.operation({
      operation: 'search_by_value',
      table,
      search_attribute: hash_attribute,
      search_value: '*',
      get_attributes: attributes,
    });
  }

  async close(): Promise<void> {
    await this.harper.stop();
    await this.local.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Asks until the answer is true; a rejection counts as false and is shown if time runs out. */
export async function waitUntil(what: string, condition: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last });
    await sleep(250);
  }
}

/** Whether each thread of this run has reported. */
export function pluginRuns(threads: number): (harper: HarperProcess) => Promise<boolean> {
  return async (harper) => (await readStatus(harper)).workers.length === threads;
}

async function readStatus(harper: HarperProcess): Promise<SyncStatus> {
  const response = await harper.fetch('/SyncControl');
  if (!response.ok) throw new Error(`GET /SyncControl answers ${response.status}: ${await response.text()}`);
  return (await response.json()) as SyncStatus;
}

export function clientOf(local: LocalBigQuery): BigQuery {
  return new BigQuery({ projectId: PROJECT, apiEndpoint: local.url, authClient: new PassThroughClient() });
}

/** The plugin's section, as `getPluginConfig` takes it too. */
export function pluginSection(local: LocalBigQuery, options: Omit<FixtureOptions, 'seed'>): Record<string, unknown> {
  return {
    bigquery: {
      projectId: PROJECT,
      credentials: 'none',
      apiEndpoint: local.url,
      initialRetryDelay: 100,
      ...options.bigquery,
      ...(options.tables.length === 0 ? {} : { tables: options.tables }),
    },
    sync: { pollInterval: 200, ...options.sync },
    ...(options.cost === undefined ? {} : { cost: options.cost }),
  };
}

/** Writes an application with the plugin's section into a folder. */
export function writeApplication(dir: string, local: LocalBigQuery, options: FixtureOptions): string {
  const section = { package: '@bqsync/harper-plugin', ...pluginSection(local, options) };
  return createApplication(dir, {
    config: {
      rest: true,
      ...(options.graphql === undefined ? {} : { graphqlSchema: { files: 'schema.graphql' } }),
      ...(options.resources === undefined ? {} : { jsResource: { files: 'resources.js' } }),
      ...(options.plugin === false ? {} : { '@bqsync/harper-plugin': section }),
    },
    graphql: options.graphql,
    resources: options.resources,
  });
}
