import type { Micros, TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { Place } from '../errors.ts';
import type { StorageClient } from './client.ts';

/** Which rows a read session fixes. */
export interface SessionRequest {
  /** Who pays. */
  readonly projectId: string;
  readonly table: TableSpec['source'];
  /** Empty: all. */
  readonly columns: readonly string[];
  /** A condition of GoogleSQL; empty: every row. */
  readonly restriction: string;
  /** Absent: the table as it is now. */
  readonly snapshot: Micros | undefined;
  readonly maxStreams: number;
  /** What the session is for: sessions have no labels. */
  readonly traceId: string;
}

export interface Session {
  readonly streams: readonly string[];
  /** Guesses from the table's metadata. */
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
}

/** Fixes rows for reading. Free: rows are paid for when they are read. */
export async function createSession(client: StorageClient, request: SessionRequest, place: Place, signal: AbortSignal): Promise<Session> {
  const { project, dataset, table } = request.table;
  const created = await client.createReadSession(
    {
      parent: `projects/${request.projectId}`,
      readSession: {
        table: `projects/${project}/datasets/${dataset}/tables/${table}`,
        dataFormat: 'ARROW',
        ...(request.snapshot === undefined ? {} : { tableModifiers: { snapshotTime: timestampOf(request.snapshot) } }),
        readOptions: { selectedFields: request.columns, rowRestriction: request.restriction },
        traceId: request.traceId,
      },
      maxStreamCount: request.maxStreams,
    },
    place,
    signal,
  );
  const streams = (created.streams ?? []).map(({ name }) => name ?? '');
  if (streams.includes('')) {
    throw new BqsyncError('BQS_SOURCE_PROTOCOL', `a read session of ${place.table ?? ''} has a stream without a name`, {
      context: { table: place.table },
    });
  }
  return { streams, estimatedRows: whole(created.estimatedRowCount), estimatedBytes: whole(created.estimatedTotalBytesScanned) };
}

function whole(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

function timestampOf(at: Micros): { readonly seconds: number; readonly nanos: number } {
  const seconds = at / 1_000_000n - (at % 1_000_000n < 0n ? 1n : 0n);
  return { seconds: Number(seconds), nanos: Number(at - seconds * 1_000_000n) * 1000 };
}
