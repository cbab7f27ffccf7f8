import { z } from 'zod';
import { parseBytes } from './bytes.ts';
import { crossProblems } from './cross-checks.ts';
import { CONNECTION_DEFAULTS, MAX_TIMER_MS, QUARANTINE_DEFAULTS, READ_DEFAULTS, SYNC_DEFAULTS } from './defaults.ts';
import { checkApiEndpoint, checkStorageEndpoint } from './endpoint.ts';
import { checkColumn, checkDataset, checkProject, checkSourceTable, checkTableId, checkTargetDatabase, checkTargetTable } from './names.ts';
import type { Check } from './problem.ts';
import { parseStartTimestamp } from './start-timestamp.ts';

/** A text that `check` accepts. `meta` goes to the JSON Schema, whose patterns are a coarser form of the checks. */
function text(check: Check, meta: { description: string; pattern?: string; examples?: string[]; default?: string }) {
  return z
    .string({ error: 'is not text' })
    .superRefine((value, context) => {
      const problem = check(value);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem.message, params: { hint: problem.hint } });
    })
    .meta(meta);
}

function whole(min: number, max: number, description: string, fallback?: number) {
  const error =
    max === Number.MAX_SAFE_INTEGER ? `is not a whole number of at least ${min}` : `is not a whole number from ${min} to ${max}`;
  return z
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .meta({ description, ...(fallback === undefined ? {} : { default: fallback }) })
    .optional();
}

const MAX = Number.MAX_SAFE_INTEGER;
const MAX_SECONDS = 100 * 366 * 86_400;

const syncSchema = z.strictObject({
  initialBatchSize: whole(1, MAX, 'Rows per commit, at most, while the lag is over catchupThreshold.', SYNC_DEFAULTS.initialBatchSize),
  catchupBatchSize: whole(1, MAX, 'Rows per commit, at most, while the lag is over steadyThreshold.', SYNC_DEFAULTS.catchupBatchSize),
  steadyBatchSize: whole(1, MAX, 'Rows per commit, at most, otherwise.', SYNC_DEFAULTS.steadyBatchSize),
  pollInterval: whole(
    1,
    MAX_TIMER_MS,
    'Milliseconds between two polls of an up-to-date table while rows keep coming.',
    SYNC_DEFAULTS.pollInterval,
  ),
  idlePollInterval: whole(
    1,
    MAX_TIMER_MS,
    'Milliseconds to which the time between two polls grows while no rows come: to a tenth of the time without any, up to this. Left out: four times pollInterval. The same as pollInterval: it does not grow.',
  ),
  catchupThreshold: whole(0, MAX_SECONDS, 'Seconds of lag above which a table is in its initial phase.', SYNC_DEFAULTS.catchupThreshold),
  steadyThreshold: whole(0, MAX_SECONDS, 'Seconds of lag above which a table is catching up.', SYNC_DEFAULTS.steadyThreshold),
  lateness: whole(
    0,
    MAX_SECONDS,
    'Seconds that a row may become visible late and still be found; also the longest time without a billed poll, so 0 bills every poll.',
    SYNC_DEFAULTS.lateness,
  ),
  startTimestamp: text(
    (value) => {
      if (value === 'none') return undefined;
      const start = parseStartTimestamp(value);
      return typeof start === 'bigint' ? undefined : start;
    },
    {
      description:
        'Rows with an earlier timestamp are left out. ISO 8601 with at most six fractional digits; without a zone it is UTC. none, or left out: from the first row.',
      examples: ['2024-01-31T12:00:00Z', '2024-01-31', 'none'],
    },
  ).optional(),
});

function bytes(description: string) {
  const error = 'is not an amount of bytes';
  return z
    .union([z.number({ error }), z.string({ error })], { error })
    .superRefine((value, context) => {
      const result = parseBytes(value);
      if (typeof result !== 'number') context.addIssue({ code: 'custom', message: result.message, params: { hint: result.hint } });
    })
    .meta({ description, examples: [10_737_418_240, '10 GB'] })
    .optional();
}

function price(description: string) {
  const error = 'is not a price in US dollars';
  return z
    .number({ error })
    .min(0, { error })
    .max(1_000_000, { error })
    .meta({ description, examples: [7.5, 0] })
    .optional();
}

const costSchema = z.strictObject({
  maxBytesBilledPerQuery: bytes(
    'A query that would bill more fails before it costs anything. Bytes, or text such as 10 GB (powers of 1024).',
  ),
  maxBytesPerDay: bytes('Bytes that one table may bill in a day: first its polls are stretched, then it pauses until the next day.'),
  usdPerTiB: price(
    'What 1 TiB that queries scan costs you, in US dollars, for the prices that are shown. Left out: 6.25, on demand in the US. 0 under editions, where slots are paid and bytes are not.',
  ),
  usdPerTiBReadApi: price(
    'What 1 TiB that the Storage Read API reads costs you, in US dollars, network egress to where Harper runs included. Left out: 1.10.',
  ),
});

const quarantineSchema = z.strictObject({
  maxRows: whole(0, MAX, 'More rows in quarantine than this make a table degraded.', QUARANTINE_DEFAULTS.maxRows),
  maxPercent: z
    .number({ error: 'is not a number from 0 to 100' })
    .min(0, { error: 'is not a number from 0 to 100' })
    .max(100, { error: 'is not a number from 0 to 100' })
    .meta({
      description: 'So do more than this part of its rows, in percent. 100: only maxRows counts.',
      default: QUARANTINE_DEFAULTS.maxPercent,
    })
    .optional(),
});

const readSchema = z.strictObject({
  api: z
    .enum(['auto', 'rest', 'storage'])
    .meta({
      description:
        'How rows are read: storage, the Storage Read API, which is faster and cheaper for many rows; rest, pages over REST; auto, the first where many rows are expected and it can be used, else the second.',
      default: READ_DEFAULTS.api,
    })
    .optional(),
});

const columnSchema = text((value) => (value === '*' ? undefined : checkColumn(value)), { description: 'A top-level column.' });

/** What a table is but for its id and its own settings; the single-table form has these beside projectId. */
const tableShape = {
  project: text(checkProject, {
    description:
      'The Google Cloud project that holds the dataset. Left out: projectId, which runs and pays for the queries of every table.',
    examples: ['bigquery-public-data'],
  }).optional(),
  dataset: text(checkDataset, {
    description: 'The BigQuery dataset; with the project before it, as in bigquery-public-data.samples, one of another project.',
    pattern: '^([a-z0-9.:-]+\\.)?[A-Za-z0-9_]+$',
  }),
  table: text(checkSourceTable, { description: 'The BigQuery table. Wildcards are not read.', pattern: '^[^*.$@:`]+$' }),
  timestampColumn: text(checkColumn, {
    description: 'The TIMESTAMP, DATETIME or DATE column by which new rows are found.',
    pattern: '^[^.*]+$',
  }),
  columns: z
    .union([z.literal('*'), z.array(columnSchema).min(1)], { error: 'is not a list of column names' })
    .meta({ description: 'Columns to copy, the timestamp column and the key among them. *, or left out: all, those added later included.' })
    .optional(),
  targetTable: text(checkTargetTable, {
    description: "The Harper table. Left out: the source table's name.",
    pattern: '^[A-Za-z_][A-Za-z0-9_-]*$',
  }).optional(),
  targetDatabase: text(checkTargetDatabase, {
    description: "The Harper database. Left out: Harper's default, data.",
    pattern: '^[A-Za-z_][A-Za-z0-9_-]*$',
  }).optional(),
  primaryKey: z
    .array(text(checkColumn, { description: 'A top-level column.' }), { error: 'is not a list of column names' })
    .min(1)
    .meta({ description: "The columns that identify a row. Left out: the key declared in BigQuery, else a hash of the row's content." })
    .optional(),
  duplicates: z
    .enum(['collapse', 'keep'])
    .meta({
      description: 'What becomes of identical rows of a table without a key: one is stored and the others counted, or each is stored.',
      default: 'collapse',
    })
    .optional(),
  createTables: z
    .boolean({ error: 'is neither true nor false' })
    .meta({ description: 'Whether a missing Harper table is created from the BigQuery schema.', default: true })
    .optional(),
  mode: z
    .literal('timestamp')
    .meta({ description: 'How changes are read: rows whose timestamp column grew.', default: 'timestamp' })
    .optional(),
};

const tableSchema = z.strictObject({
  id: text(checkTableId, {
    description: 'Names the table in state, status and errors. Unique, and kept: another id syncs from the start.',
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]*$',
  }),
  ...tableShape,
  sync: syncSchema.meta({ description: 'Overrides the global sync for this table.' }).optional(),
  cost: costSchema.meta({ description: 'Overrides the global cost for this table.' }).optional(),
  read: readSchema.meta({ description: 'Overrides the global read for this table.' }).optional(),
  quarantine: quarantineSchema.meta({ description: 'Overrides the global quarantine for this table.' }).optional(),
});

const connectionShape = {
  projectId: text(checkProject, {
    description:
      'The Google Cloud project that runs and pays for the queries, and holds the datasets of tables without a project of their own.',
  }),
  credentials: text(checkCredentials, {
    description:
      'Path of a service account key file, relative to the configuration file. Left out: application default credentials. none: anonymous, with apiEndpoint only.',
  }).optional(),
  location: text(
    (value) =>
      /^[A-Za-z]+[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/.test(value)
        ? undefined
        : { message: 'is not a location', hint: 'write it like US, EU or europe-west1' },
    { description: "Location of the datasets. Left out: the dataset's own.", examples: ['US', 'EU', 'europe-west1'] },
  ).optional(),
  apiEndpoint: text(checkApiEndpoint, {
    description: 'Base URL of the BigQuery API, for a local BigQuery or a private endpoint. Plain http to loopback only.',
    pattern: '^https?://',
  }).optional(),
  storageEndpoint: text(checkStorageEndpoint, {
    description:
      'URL of the Storage Read API without a path. Plain http to loopback only. Left out beside apiEndpoint: there is none, rows are read over REST.',
    pattern: '^https?://',
  }).optional(),
  maxRetries: whole(0, 100, 'Tries after the first, for errors that may go away.', CONNECTION_DEFAULTS.maxRetries),
  initialRetryDelay: whole(
    1,
    30_000,
    'Milliseconds before the first retry; doubled for each further one.',
    CONNECTION_DEFAULTS.initialRetryDelay,
  ),
};

const bigquerySchema = z.strictObject({
  ...connectionShape,
  tables: z
    .array(tableSchema, { error: 'is not a list of tables' })
    .min(1)
    .meta({ description: 'The tables to sync, each on its own.' })
    .optional(),
  ...z.strictObject(tableShape).partial().shape,
});

/**
 * What a configuration may contain, cross-field rules included: nothing is transformed, no default is filled in. Environment
 * variables must be in place and Harper's own keys gone; {@link getPluginConfig} sees to both.
 */
export const configSchema = z
  .strictObject({
    bigquery: bigquerySchema.meta({ description: 'The source and its tables.' }),
    sync: syncSchema.meta({ description: 'Rows and pace of every table that does not say otherwise.' }).optional(),
    cost: costSchema.meta({ description: 'Byte limits and prices of every table that does not say otherwise.' }).optional(),
    read: readSchema.meta({ description: 'How the rows of every table that does not say otherwise are read.' }).optional(),
    quarantine: quarantineSchema
      .meta({ description: 'How many rows that cannot be stored make a table that does not say otherwise degraded.' })
      .optional(),
  })
  .superRefine(
    (value, context) => {
      for (const { path, message, hint, atKey } of crossProblems(value)) {
        context.addIssue({ code: 'custom', message, path: [...path], params: { hint, atKey } });
      }
    },
    // Also when single fields are wrong, so that all errors come at once.
    { when: () => true },
  );

/** A configuration of the right shape. */
export type RawConfig = z.infer<typeof configSchema>;
export type RawTable = z.infer<typeof tableSchema>;
export type RawSync = z.infer<typeof syncSchema>;
export type RawCost = z.infer<typeof costSchema>;
export type RawRead = z.infer<typeof readSchema>;
export type RawQuarantine = z.infer<typeof quarantineSchema>;

/** The keys of each level, for suggestions. */
export const KEYS = {
  root: Object.keys(configSchema.shape),
  bigquery: Object.keys(bigquerySchema.shape),
  connection: Object.keys(connectionShape),
  table: Object.keys(tableSchema.shape),
  singleTable: Object.keys(tableShape),
  sync: Object.keys(syncSchema.shape),
  cost: Object.keys(costSchema.shape),
  read: Object.keys(readSchema.shape),
  quarantine: Object.keys(quarantineSchema.shape),
} as const;

/** Keys whose value is a number, for values that come from the environment as text. */
export const NUMBER_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(SYNC_DEFAULTS),
  'idlePollInterval',
  ...Object.keys(CONNECTION_DEFAULTS),
  ...KEYS.cost,
  ...KEYS.quarantine,
]);
/** Keys whose value is true or false. */
export const BOOLEAN_KEYS: ReadonlySet<string> = new Set(['createTables']);

function checkCredentials(value: string): ReturnType<Check> {
  if (value.trim() === '')
    return { message: 'is empty', hint: 'give the path of a key file, or remove the key for application default credentials' };
  if (/[\n{}]|BEGIN |private_key/.test(value)) {
    return {
      message: 'is not the path of a key file',
      hint: 'save the key in a file that only its user can read and give the path; never put the key itself here',
    };
  }
  return undefined;
}
