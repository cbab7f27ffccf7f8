import { stringify } from 'yaml';

export interface ExampleTable {
  readonly id: string;
  readonly dataset: string;
  readonly table: string;
  readonly timestampColumn: string;
  readonly columns?: readonly string[] | undefined;
  readonly targetTable?: string | undefined;
  readonly primaryKey?: readonly string[] | undefined;
}

export interface ExampleOptions {
  /** Default: `my-project`, to be edited. */
  readonly projectId?: string | undefined;
  /** A key file, or `none` with an `apiEndpoint`. Default: left as a comment. */
  readonly credentials?: string | undefined;
  readonly location?: string | undefined;
  readonly apiEndpoint?: string | undefined;
  /** Default: one table to be edited. */
  readonly tables?: readonly ExampleTable[] | undefined;
}

const TABLE: ExampleTable = {
  id: 'port_events',
  dataset: 'maritime',
  table: 'port_events',
  timestampColumn: 'event_time',
  targetTable: 'PortEvents',
};

/**
 * The text of a commented configuration to start from: what is given stands in it, every other key as a comment with its default.
 * It passes {@link parseConfig} as it is, given valid names.
 */
export function exampleConfig({
  projectId = 'my-project',
  credentials,
  location,
  apiEndpoint,
  tables = [TABLE],
}: ExampleOptions = {}): string {
  const lines = [
    '# yaml-language-server: $schema=node_modules/@bqsync/config/schema.json',
    '# bqsync: which BigQuery tables become which Harper tables.',
    '# ${NAME} stands for the environment variable NAME; $${ for a literal ${.',
    '',
    'bigquery:',
    `  projectId: ${scalar(projectId)}`,
    '  # A key file, relative to this file. Left out: application default credentials.',
    credentials === undefined ? '  # credentials: service-account-key.json' : `  credentials: ${scalar(credentials)}`,
    "  # Left out: the dataset's own location.",
    location === undefined ? '  # location: EU' : `  location: ${scalar(location)}`,
    ...(apiEndpoint === undefined ? [] : [`  apiEndpoint: ${scalar(apiEndpoint)}`]),
    '  # maxRetries: 5',
    '  # initialRetryDelay: 1000        # milliseconds, doubled for each further try',
    '  tables:',
    ...tables.flatMap(tableLines),
    '',
    '# Rows and pace; a table may have a sync of its own.',
    '# sync:',
    '#   initialBatchSize: 10000        # rows per commit, at most, in each phase',
    '#   catchupBatchSize: 1000',
    '#   steadyBatchSize: 500',
    '#   pollInterval: 30000            # milliseconds',
    '#   idlePollInterval: 120000       # to which it grows while no rows come',
    '#   catchupThreshold: 3600         # seconds of lag above which the initial phase holds',
    '#   steadyThreshold: 300           # seconds of lag above which a table is catching up',
    '#   lateness: 3600                 # seconds that a row may come late and still be found',
    '#   startTimestamp: 2024-01-31T12:00:00Z   # leave older rows out; without a zone it is UTC',
    '',
    '# Byte limits and prices; a table may have a cost of its own. Left out: no limit, and list prices in the US.',
    '# cost:',
    '#   maxBytesBilledPerQuery: 10 GB  # a query over it fails before it costs anything',
    '#   maxBytesPerDay: 100 GB         # polls are stretched first, then the table pauses until the next day',
    '#   usdPerTiB: 6.25                # for the prices shown: what queries scan; 0 under editions',
    '#   usdPerTiBReadApi: 1.1          # what the Storage Read API reads',
    '',
    '# How rows are read; a table may have a read of its own.',
    '# read:',
    '#   api: auto                      # or rest, or storage: the Storage Read API',
    '',
    '# More rows that cannot be stored than either make a table degraded; a table may have a quarantine of its own.',
    '# quarantine:',
    '#   maxRows: 1000',
    '#   maxPercent: 1                  # of the rows of the table',
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines({ id, dataset, table, timestampColumn, columns, targetTable, primaryKey }: ExampleTable): string[] {
  return [
    '    # id names the table in state and status: another id syncs from the start.',
    `    - id: ${scalar(id)}`,
    `      dataset: ${scalar(dataset)}`,
    '      # project: other-project       # that holds the dataset; left out: projectId, which pays in any case',
    `      table: ${scalar(table)}`,
    '      # TIMESTAMP, DATETIME or DATE; new rows are found by it.',
    `      timestampColumn: ${scalar(timestampColumn)}`,
    columns === undefined
      ? `      # columns: [${scalar(timestampColumn)}, …]   # left out: all`
      : `      columns: [${columns.map(scalar).join(', ')}]`,
    targetTable === undefined ? `      # targetTable: ${scalar(table)}` : `      targetTable: ${scalar(targetTable)}`,
    primaryKey === undefined
      ? '      # primaryKey: [id]            # left out: the key declared in BigQuery, else a hash of the content'
      : `      primaryKey: [${primaryKey.map(scalar).join(', ')}]`,
    '      # duplicates: collapse         # or keep; for a table without a key',
    '      # createTables: true           # a missing Harper table is created',
  ];
}

/** One value as it must stand in YAML, quoted where a plain one would be read as something else; `${NAME}` stays a reference. */
function scalar(value: string): string {
  return stringify(value, { lineWidth: 0, defaultStringType: /[[\]{},#\n]/.test(value) ? 'QUOTE_DOUBLE' : 'PLAIN' }).trim();
}
