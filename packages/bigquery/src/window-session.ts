import type { TableSpec, WindowRequest } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { tableName } from './describe.ts';
import type { Place } from './errors.ts';
import { labelValue } from './job.ts';
import { type Opening, restrictionsOf, type Windows } from './opening.ts';
import { createSession, type Session, type SessionRequest } from './storage/session.ts';

const MAX_STREAMS = 16;
/** Streams for each thread that reads: the threads end together more nearly. */
const STREAMS_PER_READER = 2;

type SessionRows = Omit<SessionRequest, 'projectId' | 'traceId'>;

/** The window's rows in the table itself; without a snapshot, as they are now. */
export function rowsOf(opening: Opening, snapshot: SessionRows['snapshot']): SessionRows {
  const { table, description, request } = opening;
  return {
    table: table.source,
    columns: description.columns.map(({ name }) => name),
    restriction: restrictionsOf(opening)[0] ?? '',
    snapshot,
    maxStreams: streamsFor(request),
  };
}

/** At most so many streams are asked for. */
export function streamsFor({ readers = 1 }: WindowRequest): number {
  return readers > 1 ? Math.min(MAX_STREAMS, readers * STREAMS_PER_READER) : 1;
}

/** An error: what `auto` does without the Storage Read API for. */
export async function newSession(
  { storage, projectId, availability, schemas, sessionTimeoutMs }: Windows,
  rows: SessionRows,
  { table, request }: Opening,
  signal: AbortSignal,
): Promise<Session | BqsyncError> {
  const place: Place = { doing: 'open a read session', table: tableName(table), tableId: table.id };
  if (storage === undefined) return new BqsyncError('BQS_INTERNAL', `there is no Storage Read API to ${place.doing} with`);
  try {
    const asked = { projectId, ...rows, traceId: traceOf(table, request.kind) };
    const session = await createSession(storage, asked, sessionTimeoutMs, place, signal);
    const [stream] = session.streams;
    if (stream !== undefined && session.schema !== undefined) schemas.note(stream, session.schema);
    return session;
  } catch (error) {
    if (error instanceof BqsyncError && table.read?.api !== 'storage' && availability.learn(error, table.id)) return error;
    throw error;
  }
}

/** The same as the labels of a job. */
function traceOf(table: TableSpec, kind: string): string {
  return `bqsync:${labelValue(table.id)}:${kind}`;
}
