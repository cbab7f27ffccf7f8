import type { Column, Row, Source, TableSpec, Value } from '@bqsync/core';
import { registerSourceContract, type SourceHarness } from '@bqsync/testkit';
import type { TableField } from '@google-cloud/bigquery';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Local, PROJECT, startLocal } from './local.test-kit.ts';
import { createBigQuerySource } from './source.ts';

let directory: string;
let local: Local;
const expired = new Set<string>();
const started = new Set<string>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bqsync-contract-'));
  await start({});
});
afterAll(async () => {
  await local.server.close();
  await rm(directory, { recursive: true });
});

/** A restart ends all read sessions, as time does; the addresses stay. */
async function start(ports: { port?: number; storagePort?: number }): Promise<void> {
  local = await startLocal({ ...ports, file: join(directory, 'bigquery.duckdb') });
  local.intercept = (call) => {
    const job = /\/queries\/([^/?]+)/.exec(call.path)?.[1];
    if (job === undefined) return undefined;
    started.add(job);
    return expired.has(job)
      ? { status: 404, body: { error: { code: 404, message: 'Not found: Table', errors: [{ reason: 'notFound' }] } } }
      : undefined;
  };
}

interface Way {
  readonly api: 'rest' | 'storage';
  readonly readers: number;
  /** Rows stream in, so that no session may be over the table itself. */
  readonly streaming?: boolean;
}

function harnessOf(way: Way): SourceHarness {
  const { api, readers, streaming = false } = way;
  const source = createBigQuerySource({ connection: local.connection, pageBytes: 300 });
  const asked = (table: TableSpec): TableSpec => ({ ...table, read: { api } });
  const read: Source = {
    describe: (table, signal) => source.describe(asked(table), signal),
    outline: (table, ...rest) => source.outline(asked(table), ...rest),
    open: async (table, description, request, signal) => {
      const seen = streaming ? { ...description, probe: { ...description.probe, streaming } } : description;
      const window = await source.open(asked(table), seen, { ...request, readers }, signal);
      const isSession = window.handle?.includes('streams') === true;
      // Only a query numbers identical rows.
      const ofTable = api === 'storage' && !streaming && table.duplicates !== 'keep';
      const isOtherWay = isSession
        ? api === 'rest' || window.handle.includes('"table":true') !== ofTable
        : api === 'storage' && window.totalRows > 0;
      if (isOtherWay) throw new Error(`the window is read in another way than the one to be tested: ${window.handle ?? 'as a job'}`);
      return window;
    },
    read: (table, ...rest) => source.read(asked(table), ...rest),
  };
  return {
    source: read,
    place: { project: PROJECT, dataset: 'fleet' },
    create: async (table, columns, { declaredKey, prunable }) => {
      const made = local.client.dataset('fleet').table(table.source.table);
      await made.delete({ ignoreNotFound: true });
      await local.client.dataset('fleet').createTable(table.source.table, {
        schema: { fields: columns.map(fieldOf) },
        ...(declaredKey === undefined ? {} : { tableConstraints: { primaryKey: { columns: [...declaredKey] } } }),
        ...(prunable ? { timePartitioning: { type: 'DAY', field: table.cursorColumn } } : {}),
      });
    },
    insert: async (table, rows) => {
      await local.client.dataset('fleet').table(table.source.table).insert(rows.map(wireRow));
      // BigQuery dates changes and jobs by the millisecond: rows written in a job's own are left for a query.
      await sleep(3);
    },
    scans: () => (api === 'rest' || streaming ? local.server.usage().jobs : local.server.usage().storageRead.sessions),
    expireResults: async () => {
      for (const job of started) expired.add(job);
      if (api === 'rest') return;
      const { port, storagePort } = local.server;
      await local.server.close();
      await start({ port, storagePort });
    },
    restart: () => Promise.resolve(harnessOf(way)),
  };
}

function fieldOf({ name, type, repeated, required, fields, rangeElement }: Column): TableField {
  return {
    name,
    type: type === 'STRUCT' ? 'RECORD' : type,
    mode: repeated ? 'REPEATED' : required ? 'REQUIRED' : 'NULLABLE',
    ...(fields === undefined ? {} : { fields: fields.map(fieldOf) }),
    ...(rangeElement === undefined ? {} : { rangeElementType: { type: rangeElement } }),
  };
}

/** A row as insertAll takes it. */
function wireRow(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, name.endsWith('json') || name === 'document' ? json(value) : wire(value)]),
  );
}

function json(value: Value): unknown {
  return value === null ? null : JSON.stringify(value);
}

function wire(value: Value): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item: Value) => wire(item));
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, wire(item)]))
    : value;
}

describe.each([
  { name: 'REST', api: 'rest', readers: 1 },
  { name: 'read sessions of one stream', api: 'storage', readers: 1 },
  { name: 'read sessions of several streams', api: 'storage', readers: 3 },
  { name: 'read sessions over results of queries', api: 'storage', readers: 3, streaming: true },
] as const)('by $name', (way) => {
  registerSourceContract({ describe, it }, () => harnessOf(way));
});
