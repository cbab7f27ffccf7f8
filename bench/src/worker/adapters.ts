import { type BigQuerySource, type Connection, createBigQuerySource } from '@bqsync/bigquery';
import type { Sink, StateStore, Worker } from '@bqsync/core';
import { createHarperSink, createHarperStateStore, findTable, harperRuntime, type HarperTable } from '@bqsync/harper';

export const runtime = harperRuntime();
export const never = new AbortController().signal;

export interface Adapters {
  readonly source: BigQuerySource;
  readonly sink: Sink;
  readonly state: StateStore;
}

/** As the plugin makes them, of this thread. */
export function adaptersTo(connection: Connection): Adapters {
  return { source: createBigQuerySource({ connection }), sink: createHarperSink({ runtime }), state: createHarperStateStore({ runtime }) };
}

export function workerOf(bootId: string): Worker {
  const index = runtime.server.workerIndex ?? 0;
  return { workerId: `bench-${index}`, nodeId: index, bootId };
}

export function harperTable(name: string): HarperTable {
  const found = findTable(runtime, 'data', name);
  if (found === undefined) throw new Error(`Harper has no table ${name}`);
  return found;
}
