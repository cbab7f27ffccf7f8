import type { Sink, Source, StateStore, TableSpec } from '@bqsync/core';
import type { BqsyncConfig } from '@bqsync/config';
import { createBigQuerySource, waitText } from '@bqsync/bigquery';
import type { HarperLogger } from './harper.ts';
import {
  countQuarantined,
  countTarget,
  createHarperSink,
  createHarperStateStore,
  DEFAULT_DATABASE,
  findTable,
  harperRuntime,
  indexReplica,
} from '@bqsync/harper';
import type { TableCount } from './table-counts.ts';

export interface Connection {
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  /** Gives the copy of a table that another node runs the index that Harper does not replicate. */
  indexReplica(table: TableSpec, signal: AbortSignal): Promise<boolean>;
  /** What this node has of a table. */
  count(table: TableSpec): Promise<TableCount>;
}

/** The adapters of this thread of `node`. Nothing is asked of the source yet. */
export function connect(config: BqsyncConfig, node: string, logger: HarperLogger): Connection {
  const runtime = harperRuntime();
  return {
    source: createBigQuerySource({
      connection: config.bigquery,
      onNotice: ({ tableId, message }) => logger.warn?.(`bqsync ${tableId}: ${message}`),
      onWait: (wait) => logger.info?.(`bqsync ${wait.tableId ?? ''}: ${waitText(wait)}`),
    }),
    // For tests that show what replicas lose when small batches are one transaction.
    sink: createHarperSink({ runtime, node, unsafeCommits: process.env['BQSYNC_UNSAFE_COMMITS'] === '1' }),
    state: createHarperStateStore({ runtime, node }),
    count: async ({ id, target }) => {
      const table = findTable(runtime, target.database ?? DEFAULT_DATABASE, target.table);
      return { rows: table && (await countTarget(table)), quarantine: await countQuarantined(runtime, id) };
    },
    indexReplica: (table, signal) => indexReplica(runtime, table, signal),
  };
}
