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
      readonly estimated: boolean;
      readonly bytesScanned: number;
      readonly bytesBilled: number;
      readonly streams: readonly string[];
    };

/** A handle is stored with each commit of its window, so names that streams have in common are written once. */
export function handleText(handle: Handle): string {
  if (handle.kind === 'job') return JSON.stringify({ job: handle.jobId });
  const { streams, snapshot, totalRows, bytesScanned, bytesBilled } = handle;
  const session = (streams[0] ?? '').replace(/[^/]*$/, '');
  const isShared = streams.every((name) => name.startsWith(session));
  return JSON.stringify({
    digest: handle.digest,
    at: String(snapshot),
    [handle.estimated ? 'about' : 'rows']: totalRows,
    bytes: [bytesScanned, bytesBilled],
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
  const { job, digest, at, about, rows = about, bytes, session, streams } = parsed as Record<string, unknown>;
  if (typeof job === 'string') return { kind: 'job', jobId: job };
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
  const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string');
  const [bytesScanned, bytesBilled] = Array.isArray(bytes) ? (bytes as unknown[]) : [];
  if (typeof digest !== 'string' || typeof at !== 'string' || !/^-?\d+$/.test(at) || typeof session !== 'string') return undefined;
  if (!isWhole(rows) || !isWhole(bytesScanned) || !isWhole(bytesBilled) || !isNames(streams)) return undefined;
  return {
    kind: 'session',
    digest,
    snapshot: micros(BigInt(at)),
    totalRows: rows,
    estimated: about !== undefined,
    bytesScanned,
    bytesBilled,
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
