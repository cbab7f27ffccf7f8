import { randomUUID } from 'node:crypto';
import type { TableSpec } from '@bqsync/core';
import { type BqsyncError, toBqsyncError } from '@bqsync/errors';
import { type BigQueryDescription, tableName } from './describe.ts';
import { finishJob, labelValue, type QueryJob, sendJob } from './job.ts';
import type { Apis } from './meter.ts';
import { createSession } from './storage/session.ts';
import { READING } from './storage/timeouts.ts';

/** Something that this account cannot do. */
export interface AccessProblem {
  readonly doing: 'run queries' | 'make read sessions' | 'read sessions';
  /** The permission that lacks, if that is what is wrong. */
  readonly permission: string | undefined;
  readonly error: BqsyncError;
}

export interface AccessInput {
  readonly projectId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly sessionTimeoutMs: number;
}

const PERMISSIONS: Readonly<Record<AccessProblem['doing'], string>> = {
  'run queries': 'bigquery.jobs.create',
  'make read sessions': 'bigquery.readsessions.create',
  'read sessions': 'bigquery.readsessions.getData',
};

/**
 * Does what reading takes, each permission on its own, with a query that reads no table: nothing is billed, and nothing of the table is read.
 * Ends with the first thing that cannot be done: the next needs it.
 */
export async function checkAccess(
  { transport, storage }: Apis,
  input: AccessInput,
  signal: AbortSignal,
): Promise<AccessProblem | undefined> {
  const { table, description, projectId } = input;
  const job: QueryJob = {
    projectId,
    location: description.location,
    jobId: `bqsync_access_${randomUUID()}`,
    statement: { sql: 'SELECT 1 AS bqsync_access', params: {}, types: {} },
    table,
    labels: { ...input.labels, bqsync_table: labelValue(table.id), bqsync_kind: 'access' },
    doing: 'run a query',
  };
  let doing: AccessProblem['doing'] = 'run queries';
  try {
    const { result } = await finishJob(transport, job, await sendJob(transport, job, signal), signal);
    if (storage === undefined || result === undefined) return undefined;
    doing = 'make read sessions';
    const place = { doing: 'open a read session', table: tableName(table), tableId: table.id };
    const rows = { table: result, columns: [], restriction: '', snapshot: undefined, maxStreams: 1 };
    const traceId = `bqsync:${labelValue(table.id)}:access`;
    const session = await createSession(storage, { projectId, ...rows, traceId }, input.sessionTimeoutMs, place, signal);
    doing = 'read sessions';
    const stream = await storage.readRows(session.streams[0] ?? '', 0, { ...place, doing: READING }, signal);
    try {
      await stream.next();
    } finally {
      stream.cancel();
    }
    return undefined;
  } catch (cause) {
    const error = toBqsyncError(cause);
    if (error.code === 'BQS_ABORTED') throw error;
    return { doing, permission: error.code === 'BQS_SOURCE_DENIED' ? permissionIn(error, PERMISSIONS[doing]) : undefined, error };
  }
}

/** As Google names it, else the one that the call needs. */
function permissionIn({ message }: BqsyncError, needed: string): string {
  return /\bbigquery\.\w+\.\w+\b/.exec(message)?.[0] ?? needed;
}
