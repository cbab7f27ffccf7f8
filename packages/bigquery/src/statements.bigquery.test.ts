import type { CursorRange, TableSpec } from '@bqsync/core';
import type { TableField, TableMetadata } from '@google-cloud/bigquery';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { at, bodyOf, type Local, never, passOn, request, startLocal } from './local.test-kit.ts';
import type * as storageClient from './storage/client.ts';

/** Conditions of read sessions, which are GoogleSQL, too, as they are asked for. */
let restrictions: string[] = [];
vi.mock('./storage/client.ts', async (importOriginal) => {
  const original = await importOriginal<typeof storageClient>();
  return {
    ...original,
    createStorageClient: (options: Parameters<typeof original.createStorageClient>[0]) => {
      const client = original.createStorageClient(options);
      return {
        ...client,
        createReadSession: (...args: Parameters<typeof client.createReadSession>) => {
          restrictions.push(args[0].readSession.readOptions.rowRestriction);
          return client.createReadSession(...args);
        },
      };
    },
  };
});

const from = at('2026-01-01T00:00:00.000001Z');
const to = at('2026-01-02');
const RANGES: Readonly<Record<string, CursorRange>> = {
  'all rows': { from: undefined, to: undefined, nulls: 'include' },
  'rows with a cursor': { from: undefined, to: undefined, nulls: 'exclude' },
  'rows without a cursor': { from: undefined, to: undefined, nulls: 'only' },
  'rows from a bound on': { from, to: undefined, nulls: 'exclude' },
  'rows from a bound on or without a cursor': { from, to: undefined, nulls: 'include' },
  'rows below a bound': { from: undefined, to, nulls: 'exclude' },
  'rows between bounds': { from, to, nulls: 'exclude' },
  'rows between bounds or without a cursor': { from, to, nulls: 'include' },
};
/** Whose conditions differ in kind, for the long statements. */
const FEW = new Set(['all rows', 'rows without a cursor', 'rows between bounds']);

const KEY: TableField = { name: 'id', type: 'STRING' };
const cursor = (type: string): TableField => ({ name: 'ts', type });
const scalars = ['INT64', 'FLOAT64', 'BOOL', 'NUMERIC', 'BIGNUMERIC', 'BYTES', 'TIMESTAMP', 'DATETIME', 'DATE', 'TIME'];

/** A table of each kind that statements depend on. What the local BigQuery does not make is shown as if it had. */
const TABLES: Readonly<Record<string, { readonly metadata: TableMetadata; readonly shown?: object; readonly spec?: Partial<TableSpec> }>> =
  {
    timestamp: { metadata: { schema: [cursor('TIMESTAMP'), KEY] } },
    datetime: { metadata: { schema: [cursor('DATETIME'), KEY] } },
    date: { metadata: { schema: [cursor('DATE'), KEY] } },
    partitioned: { metadata: { schema: [cursor('TIMESTAMP'), KEY], timePartitioning: { type: 'DAY', field: 'ts' } } },
    filter_on_cursor: {
      metadata: { schema: [cursor('TIMESTAMP'), KEY], timePartitioning: { type: 'HOUR', field: 'ts' }, requirePartitionFilter: true },
    },
    filter_on_date: {
      metadata: {
        schema: [cursor('DATETIME'), KEY, { name: 'day', type: 'DATE' }],
        timePartitioning: { type: 'MONTH', field: 'day' },
        requirePartitionFilter: true,
      },
    },
    filter_on_ingestion: {
      metadata: { schema: [cursor('TIMESTAMP'), KEY] },
      shown: { timePartitioning: { type: 'DAY' }, requirePartitionFilter: true },
    },
    filter_on_integers: {
      metadata: { schema: [cursor('TIMESTAMP'), KEY, { name: 'shard', type: 'INT64' }] },
      shown: { rangePartitioning: { field: 'shard' }, requirePartitionFilter: true },
    },
    scalar_types: {
      metadata: { schema: [cursor('TIMESTAMP'), KEY, ...scalars.map((type) => ({ name: `a_${type.toLowerCase()}`, type }))] },
    },
    odd_names: {
      metadata: { schema: [{ name: 'select', type: 'TIMESTAMP' }, KEY] },
      shown: {
        schema: {
          fields: [
            { name: 'select', type: 'TIMESTAMP' },
            KEY,
            { name: 'größe in m', type: 'FLOAT64' },
            { name: "a'b#c|d", type: 'STRING' },
          ],
        },
      },
      spec: { cursorColumn: 'select' },
    },
    identical: { metadata: { schema: [cursor('TIMESTAMP'), KEY] }, spec: { primaryKey: undefined, duplicates: 'keep' } },
  };

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterEach(() => {
  local.intercept = undefined;
});
afterAll(() => local.server.close());

it('each statement of each flow is the one that was reviewed: it stands in statements.sql, and a change of it is seen there', async () => {
  const lines: string[] = [
    '-- Every statement that this package sends, by flow and kind of table, as a test collects them. A change here is to be reviewed:',
    '-- it must be valid GoogleSQL, prune partitions as before, and read the same rows. `vitest run --update` writes the file.',
    '',
  ];
  let sent: string[] = [];
  const flow = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    [sent, restrictions] = [[], []];
    // What the local BigQuery does not know was sent all the same.
    await work().catch(() => undefined);
    const conditions = restrictions.map((condition) => `-- condition of a read session: ${condition === '' ? 'none' : condition}`);
    lines.push(`-- ${name}`, ...new Set([...sent, ...conditions]), '');
  };

  for (const [name, { metadata, shown, spec }] of Object.entries(TABLES)) {
    local.intercept = undefined;
    const made = await local.table(name, metadata);
    const table: TableSpec = { ...made, primaryKey: ['id'], ...spec };
    const column = table.cursorColumn;
    local.intercept = async (call) => {
      if (call.method === 'GET' && call.path.includes('/tables/') && !call.path.endsWith('/rowAccessPolicies')) {
        const { status, body } = await passOn(call);
        return { status, body: { ...body, ...shown } };
      }
      if (call.method !== 'POST' || !call.path.endsWith('/jobs')) return undefined;
      const body = await bodyOf(call);
      const { dryRun, query } = body['configuration'] as { dryRun?: boolean; query: { query: string; queryParameters?: object } };
      sent.push(`${query.query};`);
      if (dryRun === true) sent.push('-- as a dry run');
      if (query.queryParameters !== undefined) sent.push(`-- parameters: ${JSON.stringify(query.queryParameters)}`);
      return passOn(call, body);
    };
    const source = local.source();
    const description = await source.describe(table, never);
    for (const [range, selected] of Object.entries(RANGES)) {
      for (const api of ['rest', 'storage'] as const) {
        const by = { ...table, read: { api } };
        await flow(`${name}: a window of ${range}, by ${api}`, () => source.open(by, description, request(selected, 'backfill'), never));
      }
      await flow(`${name}: an estimate of ${range}`, () => source.estimate(table, description, { kind: 'tail', range: selected }, never));
      await flow(`${name}: a count of ${range}`, () => source.count(table, description, selected, never));
      if (!FEW.has(range)) continue;
      await flow(`${name}: checksums of ${range}`, () => source.checksums(table, description, selected, never));
      const [id] = description.columns.filter((each) => each.name === 'id');
      const cursors = description.columns.filter((each) => each.name === column);
      await flow(`${name}: a search among ${range}`, () =>
        source.find(table, description, selected, [id!, ...cursors], id!, ['a', "b'c"], never),
      );
    }
    const float = description.columns.find((each) => each.type === 'FLOAT64');
    if (float !== undefined) {
      const all = RANGES['all rows']!;
      await flow(`${name}: a search for numbers`, () => source.find(table, description, all, [float], float, ['1', 'NaN'], never));
    }
    if (description.prunable) await flow(`${name}: its partitions`, () => source.outline(table, description, never));
    await flow(`${name}: what this account may do`, () => source.access(table, description, never));
  }
  await expect(lines.join('\n')).toMatchFileSnapshot('./statements.sql');
  expect(new Set(lines.filter((line) => line.startsWith('SELECT'))).size).toBeGreaterThan(250);
}, 300_000);
