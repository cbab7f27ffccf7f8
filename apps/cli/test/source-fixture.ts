import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalBigQuery, startLocalBigQuery } from '@bqsync/local-bigquery';
import { BigQuery, type Dataset, type TableMetadata } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';

const PROJECT = 'test-project';
const DATASET = 'maritime';

/** A local BigQuery with an empty dataset, and a folder for configurations. */
export interface SourceFixture {
  readonly server: LocalBigQuery;
  readonly dataset: Dataset;
  readonly dir: string;
  /** Creates a table and loads rows as newline-delimited JSON. */
  table(name: string, metadata: TableMetadata, rows?: readonly object[] | string): Promise<void>;
  /** The same in a dataset of the same name of another project. */
  tableOf(project: string, name: string, metadata: TableMetadata, rows?: readonly object[]): Promise<void>;
  /** Runs a statement through the official client. */
  query(sql: string): Promise<void>;
  /** Writes a configuration of these tables and returns its path. */
  config(tables: readonly Readonly<Record<string, unknown>>[], more?: Readonly<Record<string, unknown>>): string;
  end(): Promise<void>;
}

export async function startSource(): Promise<SourceFixture> {
  const server = await startLocalBigQuery();
  const clientOf = (projectId: string): BigQuery =>
    new BigQuery({ projectId, apiEndpoint: server.url, authClient: new PassThroughClient() as never });
  const datasetOf = async (project: BigQuery): Promise<Dataset> => {
    const [found]: [Dataset, ...unknown[]] = await project.dataset(DATASET).get({ autoCreate: true });
    return found;
  };
  const client = clientOf(PROJECT);
  const dataset = await datasetOf(client);
  const dir = mkdtempSync(join(tmpdir(), 'bqsync-cli-'));
  let configs = 0;
  return {
    server,
    dataset,
    dir,
    async table(name, metadata, rows = []) {
      await dataset.createTable(name, metadata);
      if (rows.length > 0) await load(dataset, name, typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n'));
    },
    async tableOf(project, name, metadata, rows = []) {
      const other = await datasetOf(clientOf(project));
      await other.createTable(name, metadata);
      if (rows.length > 0) await load(other, name, rows.map((row) => JSON.stringify(row)).join('\n'));
    },
    async query(sql) {
      await client.query(sql);
    },
    config(tables, more = {}) {
      const file = join(dir, `config-${++configs}.yaml`);
      const bigquery = { projectId: PROJECT, credentials: 'none', apiEndpoint: server.url, tables, ...more };
      // JSON is YAML.
      writeFileSync(file, JSON.stringify({ bigquery }, undefined, 2));
      return file;
    },
    async end() {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function load(dataset: Dataset, table: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = dataset.table(table).createWriteStream({ sourceFormat: 'NEWLINE_DELIMITED_JSON' });
    stream.on('error', reject);
    stream.on('complete', (job: { metadata: { status?: { errorResult?: { message: string } } } }) => {
      const error = job.metadata.status?.errorResult;
      if (error) reject(new Error(error.message));
      else resolve();
    });
    stream.end(text);
  });
}
