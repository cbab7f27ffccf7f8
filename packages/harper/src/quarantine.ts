import { createHash } from 'node:crypto';
import { type Batch, formatInstant, micros, parseInstant, type RejectedRow } from '@bqsync/core';
import type { HarperRecord } from './harper-runtime.ts';
import { cut } from './row-sample.ts';

const REASON_LENGTH = 500;
const SAMPLE_LENGTH = 1_000;
const KEY_LENGTH = 1_000;

/** The same row gives the same id, whenever it is read, so that reading it again does not double it: by its key, else by its content. */
export function quarantineId(tableId: string, row: RejectedRow): string {
  const identity = row.key === undefined ? `content\n${row.reason}\n${row.message}\n${row.sample}` : `key\n${row.key}`;
  return `${tableId}:${createHash('sha256').update(identity).digest('base64url').slice(0, 32)}`;
}

/** `stored`: the record of the same row, if there is one. */
export function quarantineRecord(
  { table, nodeId, snapshot, range }: Pick<Batch, 'table' | 'nodeId' | 'snapshot' | 'range'>,
  row: RejectedRow,
  stored: HarperRecord | null | undefined,
): HarperRecord {
  const tableId = table.id;
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
    key: row.key === undefined ? null : cut(row.key, KEY_LENGTH),
    count: (typeof stored?.count === 'number' ? stored.count : 0) + 1,
    ...whereabouts(row, range),
  };
}

/** Whether the stored record says the same already, apart from when. */
export function isSameQuarantine(stored: HarperRecord | null | undefined, next: HarperRecord): boolean {
  return (
    stored !== null &&
    stored !== undefined &&
    stored.status === next.status &&
    stored.reason === next.reason &&
    stored.recordSample === next.recordSample &&
    stored.rangeFrom === next.rangeFrom &&
    stored.rangeTo === next.rangeTo &&
    stored.rangeNulls === next.rangeNulls
  );
}

/** Where the source is read to find the row again: exactly at its cursor where that is known, else all of the window it came with. */
function whereabouts({ cursor }: RejectedRow, range: Batch['range']): HarperRecord {
  if (cursor === null) return { rangeFrom: null, rangeTo: null, rangeNulls: 'only' };
  const at = cursor === undefined ? undefined : parseInstant(cursor);
  if (cursor !== undefined && at !== undefined) {
    const step = cursor.length === DAY_LENGTH ? DAY_MICROS : 1n;
    return { rangeFrom: formatInstant(at), rangeTo: formatInstant(micros(at + step)), rangeNulls: 'exclude' };
  }
  return {
    rangeFrom: range?.from === undefined ? null : formatInstant(range.from),
    rangeTo: range?.to === undefined ? null : formatInstant(range.to),
    rangeNulls: range?.nulls ?? 'include',
  };
}

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const DAY_MICROS = 86_400_000_000n;
