import { performance } from 'node:perf_hooks';
import type { Place } from '../errors.ts';

/** How long the Storage Read API may take. */
export interface StorageTimeouts {
  /** For a session to be made, tries together. */
  readonly sessionMs: number;
  /** For the next rows of a stream. */
  readonly streamMs: number;
  /** After each so long a wait is reported. */
  readonly noticeMs: number;
}

/**
 * As long as the official client waits (`big_query_read_client_config.json`). Making a session over a huge table takes minutes, and a restriction
 * that few rows of one match keeps a stream silent for as long as it takes to find them: a shorter limit turns away the tables that need this API
 * most. A connection that is dead ends sooner, by its own keep-alive.
 */
export const STORAGE_TIMEOUTS: StorageTimeouts = { sessionMs: 600_000, streamMs: 86_400_000, noticeMs: 30_000 };

/** BigQuery has been silent for long, which is no fault yet. */
export interface SourceWait {
  readonly tableId: string | undefined;
  /** What is waited for: `read rows`, `open a read session`. */
  readonly doing: string;
  readonly waitedMs: number;
  /** When it is given up. */
  readonly limitMs: number;
}

/** `BigQuery has been silent for 90 s while asked to read rows; that is no fault, it has up to 24 h` */
export function waitText({ doing, waitedMs, limitMs }: SourceWait): string {
  const limit = limitMs >= 3_600_000 ? `${Math.round(limitMs / 3_600_000)} h` : `${Math.round(limitMs / 60_000)} min`;
  return `BigQuery has been silent for ${Math.round(waitedMs / 1000)} s while asked to ${doing}; that is no fault, it has up to ${limit}`;
}

/** Runs `work`, and reports again and again that it is still waited for. */
export async function whileWaiting<Result>(
  { doing, tableId }: Place,
  { sessionMs, streamMs, noticeMs }: StorageTimeouts,
  onWait: (wait: SourceWait) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const limitMs = doing === READING ? streamMs : sessionMs;
  const began = performance.now();
  const timer = setInterval(() => onWait({ tableId, doing, waitedMs: Math.round(performance.now() - began), limitMs }), noticeMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** What reading a stream is called. */
export const READING = 'read rows';
