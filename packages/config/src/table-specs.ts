import { resolve } from 'node:path';
import type { CostOptions, QuarantineLimits, ReadOptions, SyncOptions, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { parseBytes } from './bytes.ts';
import type { BqsyncConfig, ConnectionConfig, Credentials } from './config.ts';
import { SINGLE_TABLE_TARGET } from './cross-checks.ts';
import { CONNECTION_DEFAULTS, idlePollIntervalFor, READ_DEFAULTS, SYNC_DEFAULTS } from './defaults.ts';
import { withoutTrailingSlash } from './endpoint.ts';
import { splitDataset } from './names.ts';
import type { RawConfig, RawCost, RawQuarantine, RawRead, RawSync, RawTable } from './schema.ts';
import { parseStartTimestamp } from './start-timestamp.ts';

/** Fills in a checked configuration: defaults, global settings under each table's own, times and sizes in the units of the engine. */
export function toConfig(raw: RawConfig, baseDir: string): BqsyncConfig {
  const tables = raw.bigquery.tables ?? [singleTable(raw.bigquery)];
  return { bigquery: toConnection(raw.bigquery, baseDir), tables: tables.map((table) => toSpec(table, raw)) };
}

function singleTable(bigquery: RawConfig['bigquery']): RawTable {
  const { project, dataset, table, timestampColumn, columns, targetTable, targetDatabase, primaryKey, duplicates, createTables, mode } =
    bigquery;
  if (dataset === undefined || table === undefined || timestampColumn === undefined) {
    throw new BqsyncError('BQS_INTERNAL', 'a configuration without a table passed its checks');
  }
  return {
    id: 'default',
    project,
    dataset,
    table,
    timestampColumn,
    columns,
    targetTable: targetTable ?? SINGLE_TABLE_TARGET,
    targetDatabase,
    primaryKey,
    duplicates,
    createTables,
    mode,
  };
}

function toConnection(bigquery: RawConfig['bigquery'], baseDir: string): ConnectionConfig {
  const { projectId, credentials, location, apiEndpoint, storageEndpoint } = bigquery;
  return {
    projectId,
    credentials: toCredentials(credentials, baseDir),
    ...(location === undefined ? {} : { location }),
    ...(apiEndpoint === undefined ? {} : { apiEndpoint: withoutTrailingSlash(apiEndpoint) }),
    ...(storageEndpoint === undefined ? {} : { storageEndpoint: withoutTrailingSlash(storageEndpoint) }),
    maxRetries: bigquery.maxRetries ?? CONNECTION_DEFAULTS.maxRetries,
    initialRetryDelayMs: bigquery.initialRetryDelay ?? CONNECTION_DEFAULTS.initialRetryDelay,
  };
}

function toCredentials(credentials: string | undefined, baseDir: string): Credentials {
  if (credentials === undefined) return { kind: 'default' };
  if (credentials === 'none') return { kind: 'anonymous' };
  return { kind: 'file', path: resolve(baseDir, credentials) };
}

function toSpec(table: RawTable, raw: RawConfig): TableSpec {
  const { columns, primaryKey, targetDatabase } = table;
  const { project, dataset } = splitDataset(table.dataset);
  return {
    id: table.id,
    source: { project: table.project ?? project ?? raw.bigquery.projectId, dataset, table: table.table },
    cursorColumn: table.timestampColumn,
    columns: columns === undefined || columns === '*' || columns.includes('*') ? 'all' : [...columns],
    target: { ...(targetDatabase === undefined ? {} : { database: targetDatabase }), table: table.targetTable ?? table.table },
    ...(primaryKey === undefined ? {} : { primaryKey: [...primaryKey] }),
    duplicates: table.duplicates ?? 'collapse',
    createTarget: table.createTables ?? true,
    mode: table.mode ?? 'timestamp',
    read: toRead(raw.read, table.read),
    sync: toSync(raw.sync, table.sync),
    cost: toCost(raw.cost, table.cost),
    ...toQuarantine(raw.quarantine, table.quarantine),
  };
}

function toQuarantine(global: RawQuarantine | undefined, own: RawQuarantine | undefined): { quarantine?: QuarantineLimits } {
  return global === undefined && own === undefined ? {} : { quarantine: { ...global, ...own } };
}

function toSync(global: RawSync | undefined, own: RawSync | undefined): SyncOptions {
  const setting = (key: keyof typeof SYNC_DEFAULTS): number => own?.[key] ?? global?.[key] ?? SYNC_DEFAULTS[key];
  const startText = own?.startTimestamp ?? global?.startTimestamp ?? 'none';
  const start = startText === 'none' ? undefined : parseStartTimestamp(startText);
  if (typeof start === 'object') throw new BqsyncError('BQS_INTERNAL', 'a startTimestamp that cannot be read passed its check');
  return {
    initialBatchSize: setting('initialBatchSize'),
    catchupBatchSize: setting('catchupBatchSize'),
    steadyBatchSize: setting('steadyBatchSize'),
    pollIntervalMs: setting('pollInterval'),
    idlePollIntervalMs: own?.idlePollInterval ?? global?.idlePollInterval ?? idlePollIntervalFor(setting('pollInterval')),
    catchupThresholdSeconds: setting('catchupThreshold'),
    steadyThresholdSeconds: setting('steadyThreshold'),
    ...(start === undefined ? {} : { startTimestamp: start }),
    latenessSeconds: setting('lateness'),
  };
}

function toRead(global: RawRead | undefined, own: RawRead | undefined): ReadOptions {
  return { api: own?.api ?? global?.api ?? READ_DEFAULTS.api };
}

function toCost(global: RawCost | undefined, own: RawCost | undefined): CostOptions {
  const perQuery = own?.maxBytesBilledPerQuery ?? global?.maxBytesBilledPerQuery;
  const perDay = own?.maxBytesPerDay ?? global?.maxBytesPerDay;
  const usdPerTiB = own?.usdPerTiB ?? global?.usdPerTiB;
  const usdPerTiBReadApi = own?.usdPerTiBReadApi ?? global?.usdPerTiBReadApi;
  return {
    ...(perQuery === undefined ? {} : { maxBytesBilledPerQuery: toBytes(perQuery) }),
    ...(perDay === undefined ? {} : { maxBytesPerDay: toBytes(perDay) }),
    ...(usdPerTiB === undefined ? {} : { usdPerTiB }),
    ...(usdPerTiBReadApi === undefined ? {} : { usdPerTiBReadApi }),
  };
}

function toBytes(value: number | string): number {
  const bytes = parseBytes(value);
  if (typeof bytes !== 'number') throw new BqsyncError('BQS_INTERNAL', 'an amount of bytes that cannot be read passed its check');
  return bytes;
}
