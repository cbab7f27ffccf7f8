import { createHash } from 'node:crypto';
import { formatInstant, type Micros, type RejectedRow } from '@bqsync/core';
import type { HarperRecord } from './harper-runtime.ts';
import { cut } from './row-sample.ts';

const REASON_LENGTH = 500;
const SAMPLE_LENGTH = 1_000;

/** The same row gives the same id, whenever it is read, so that reading it again does not double it: by its key, else by its content. */
export function quarantineId(tableId: string, row: RejectedRow): string {
  const identity = row.key === undefined ? `content\n${row.reason}\n${row.message}\n${row.sample}` : `key\n${row.key}`;
  return `${tableId}:${createHash('sha256').update(identity).digest('base64url').slice(0, 32)}`;
}

export function quarantineRecord(tableId: string, nodeId: number, snapshot: Micros, row: RejectedRow): HarperRecord {
  const key = row.key === undefined ? '' : ` (key ${JSON.stringify(cut(row.key, 100))})`;
  return {
    id: quarantineId(tableId, row),
    timestamp: formatInstant(snapshot),
    tableId,
    nodeId,
    bigQueryCount: null,
    harperCount: null,
    delta: null,
    status: 'quarantined',
    reason: cut(`${row.reason}: ${row.message}${key}`, REASON_LENGTH),
    recordSample: cut(row.sample, SAMPLE_LENGTH),
  };
}

/** Whether the stored record says the same already, apart from when. */
export function isSameQuarantine(stored: HarperRecord | null | undefined, next: HarperRecord): boolean {
  return (
    stored !== null &&
    stored !== undefined &&
    stored.status === next.status &&
    stored.reason === next.reason &&
    stored.recordSample === next.recordSample
  );
}
