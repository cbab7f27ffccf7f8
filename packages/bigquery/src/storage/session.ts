import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Of the rows, as Arrow writes it. */
  readonly schema: Uint8Array | undefined;
  /** A guess from the table's metadata. */
  readonly estimatedBytes: number;
}

/** Tries of a server that cannot be reached, before rows are read in another way. */
const UNAVAILABLE_TRIES = 3;
// As the official client spaces its tries.
const FIRST_DELAY_MS = 100;
const DELAY_FACTOR = 1.3;
const MAX_DELAY_MS = 60_000;

/**
 * Fixes rows for reading. Free: rows are paid for when they are read. What took too long is tried again within the time for all tries, as the
 * official client does.
 */
export async function createSession(
  client: StorageClient,
  request: SessionRequest,
  timeoutMs: number,
  place: Place,
  signal: AbortSignal,
): Promise<Session> {
  const endsAt = performance.now() + timeoutMs;
  let delayMs = FIRST_DELAY_MS;
  for (let tries = 1; ; tries++) {
    const leftMs = endsAt - performance.now();
    try {
      return await sessionOf(client, request, leftMs, place, signal);
    } catch (error) {
      const status = error instanceof BqsyncError ? error.context.grpc : undefined;
      const again = status === 'DEADLINE_EXCEEDED' || (status === 'UNAVAILABLE' && tries < UNAVAILABLE_TRIES);
      if (!again || delayMs >= endsAt - performance.now()) throw error;
    }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new BqsyncError('BQS_ABORTED', `stopped while trying to ${place.doing}`);
    delayMs = Math.min(delayMs * DELAY_FACTOR, MAX_DELAY_MS);
  }
}

async function sessionOf(
  client: StorageClient,
  request: SessionRequest,
  timeoutMs: number,
  place: Place,
  signal: AbortSignal,
): Promise<Session> {
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
    timeoutMs,
    place,
    signal,
  );
  const streams = (created.streams ?? []).map(({ name }) => name ?? '');
  if (streams.includes('')) {
    throw new BqsyncError('BQS_SOURCE_PROTOCOL', `a read session of ${place.table ?? ''} has a stream without a name`, {
      context: { table: place.table },
    });
  }
  return {
    streams,
    schema: created.arrowSchema?.serializedSchema ?? undefined,
    estimatedBytes: whole(created.estimatedTotalBytesScanned),
  };
}

function whole(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

function timestampOf(at: Micros): { readonly seconds: number; readonly nanos: number } {
  const seconds = at / 1_000_000n - (at % 1_000_000n < 0n ? 1n : 0n);
  return { seconds: Number(seconds), nanos: Number(at - seconds * 1_000_000n) * 1000 };
}
