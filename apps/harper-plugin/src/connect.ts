import type { Sink, Source, StateStore } from '@bqsync/core';
import type { BqsyncConfig } from '@bqsync/config';
import { createBigQuerySource, waitText } from '@bqsync/bigquery';
import type { HarperLogger } from './harper.ts';
import { createHarperSink, createHarperStateStore, harperRuntime } from '@bqsync/harper';

export interface Connection {
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
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
  };
}
