import type { Sink, Source, StateStore, TableSpec } from '@bqsync/core';
import type { BqsyncConfig } from '@bqsync/config';
import { createBigQuerySource, waitText } from '@bqsync/bigquery';
import type { HarperLogger } from './harper.ts';
import { createHarperSink, createHarperStateStore, harperRuntime, indexReplica } from '@bqsync/harper';

export interface Connection {
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  /** Gives the copy of a table that another node runs the index that Harper does not replicate. */
  indexReplica(table: TableSpec, signal: AbortSignal): Promise<boolean>;
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
    indexReplica: (table, signal) => indexReplica(runtime, table, signal),
  };
}
