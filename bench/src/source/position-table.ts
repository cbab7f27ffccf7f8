import { type Connection, createBigQueryClient } from '@bqsync/bigquery';
import { formatInstant, micros, type TableSpec } from '@bqsync/core';
import { TABLES } from '@bqsync/synthesizer';

export const PROJECT = 'bench-project';
const DATASET = 'bench';
const { columns, primaryKey, timeColumn } = TABLES.vessel_positions;

export const SHAPE = `vessel positions: ${columns.length} columns (10 STRING, 2 TIMESTAMP, 6 numbers), keyed by ${primaryKey.join(' and ')}`;

export interface Filling {
  readonly rows: number;
  /** Over which the rows are spread evenly, one partition each; the last of them is 2026-01-31. */
  readonly days: number;
}

const LAST_DAY = Date.UTC(2026, 0, 31);
const DAY_SECONDS = 86_400;

/** Makes a table of positions and fills it inside of BigQuery, which takes no time of this process. */
export async function createPositions(connection: Connection, table: string, { rows, days }: Filling): Promise<void> {
  const client = createBigQueryClient(connection);
  await client.dataset(DATASET).get({ autoCreate: true });
  await client.dataset(DATASET).createTable(table, {
    schema: columns.map(({ name, type }) => ({ name, type })),
    timePartitioning: { type: 'DAY', field: timeColumn },
  });
  const start = new Date(LAST_DAY - (days - 1) * DAY_SECONDS * 1000).toISOString();
  const step = Math.floor((days * DAY_SECONDS * 1_000_000) / rows);
  await addPositions(connection, table, { start, step, from: 0, count: rows });
}

export interface Added {
  /** Instant of row 0. */
  readonly start: string;
  /** Microseconds between two rows. */
  readonly step: number;
  readonly from: number;
  readonly count: number;
}

/** Rows of one statement: DuckDB holds what it has not yet written. */
const STATEMENT_ROWS = 250_000;

export async function addPositions(connection: Connection, table: string, { start, step, from, count }: Added): Promise<void> {
  const client = createBigQueryClient(connection);
  for (let at = from; at < from + count; at += STATEMENT_ROWS) {
    const last = Math.min(at + STATEMENT_ROWS, from + count) - 1;
    await client.query({
      query: `INSERT INTO \`${DATASET}.${table}\` (${columns.map(({ name }) => `\`${name}\``).join(', ')})
SELECT TIMESTAMP_ADD(TIMESTAMP '${start}', INTERVAL x * ${step} MICROSECOND), CAST(200000000 + MOD(x, 5000) AS STRING),
  CONCAT('IMO', CAST(9000000 + MOD(x, 5000) AS STRING)), CONCAT('VESSEL NUMBER ', CAST(MOD(x, 5000) AS STRING)), 'container', 'PA',
  100 + MOD(x, 300), 20 + MOD(x, 40), 7.5 + MOD(x, 50) / 10, MOD(x, 180) - 90 + 0.123456, MOD(x, 360) - 180 + 0.654321,
  MOD(x, 250) / 10, MOD(x, 360), MOD(x, 359), 'under way using engine', 'Rotterdam',
  TIMESTAMP_ADD(TIMESTAMP '2026-02-01 12:00:00+00', INTERVAL MOD(x, 1000) MINUTE), '20260131'
FROM UNNEST(GENERATE_ARRAY(${at}, ${last})) AS x`,
    });
  }
}

/** The table as a configuration would have it, into a target of its own. */
export function specOf(table: string, target: string, more: Partial<TableSpec> = {}): TableSpec {
  return {
    id: target,
    source: { project: PROJECT, dataset: DATASET, table },
    cursorColumn: timeColumn,
    columns: 'all',
    target: { table: target },
    primaryKey,
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize: 10_000,
      catchupBatchSize: 1000,
      steadyBatchSize: 500,
      pollIntervalMs: 1000,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: 3600,
    },
    cost: {},
    ...more,
  };
}

/** What the row is named in Harper. */
export function keyOfPosition(start: string, step: number, n: number): string {
  const at = BigInt(Date.parse(start)) * 1000n + BigInt(n) * BigInt(step);
  return `${200_000_000 + (n % 5000)}|${formatInstant(micros(at))}`;
}
