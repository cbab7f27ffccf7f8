import { createHash } from 'node:crypto';
import { type Micros, micros } from '@bqsync/core';
import type { FinishedJob } from './job.ts';

/** What a window's handle says: where its rows are. */
export type Handle =
  /** The result of a query, by row index. */
  | { readonly kind: 'job'; readonly jobId: string }
  /** The streams of a read session. */
  | {
      readonly kind: 'session';
      /** Of the statement that stands for the window's rows. */
      readonly digest: string;
      readonly snapshot: Micros;
      readonly totalRows: number;
      /** Whether the session is over the table itself, not over a query's result. */
      readonly isOfTable: boolean;
      readonly bytesScanned: number;
      readonly bytesBilled: number;
      /** Of `bytesBilled`, what the session reads. */
      readonly bytesByReadApi: number;
      readonly streams: readonly string[];
    };

/** A handle is stored with each commit of its window, so names that streams have in common are written once. */
export function handleText(handle: Handle): string {
  if (handle.kind === 'job') return JSON.stringify({ job: handle.jobId });
  const { streams, snapshot, totalRows, isOfTable, bytesScanned, bytesBilled, bytesByReadApi } = handle;
  const session = (streams[0] ?? '').replace(/[^/]*$/, '');
  const isShared = streams.every((name) => name.startsWith(session));
  return JSON.stringify({
    digest: handle.digest,
    at: String(snapshot),
    rows: totalRows,
    ...(isOfTable ? { table: true } : {}),
    bytes: [bytesScanned, bytesBilled, bytesByReadApi],
    session: isShared ? session : '',
    streams: isShared ? streams.map((name) => name.slice(session.length)) : streams,
  });
}

/** Undefined for what {@link handleText} did not write. */
export function parseHandle(text: string): Handle | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { job, digest, at, rows, table, bytes, session, streams } = parsed as Record<string, unknown>;
  if (typeof job === 'string') return { kind: 'job', jobId: job };
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
  const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string');
  const [bytesScanned, bytesBilled, bytesByReadApi] = Array.isArray(bytes) ? (bytes as unknown[]) : [];
  if (typeof digest !== 'string' || typeof at !== 'string' || !/^-?\d+$/.test(at) || typeof session !== 'string') return undefined;
  if (!isWhole(rows) || !isWhole(bytesScanned) || !isWhole(bytesBilled) || !isWhole(bytesByReadApi) || !isNames(streams)) return undefined;
  return {
    kind: 'session',
    digest,
    snapshot: micros(BigInt(at)),
    totalRows: rows,
    isOfTable: table === true,
    bytesScanned,
    bytesBilled,
    bytesByReadApi,
    streams: streams.map((name) => session + name),
  };
}

/** Short text that differs for different statements. */
export function digestOf(sql: string): string {
  return createHash('sha256').update(sql).digest('base64url').slice(0, 22);
}

export function jobHandle({ jobId }: Pick<FinishedJob, 'jobId'>): string {
  return handleText({ kind: 'job', jobId });
}
