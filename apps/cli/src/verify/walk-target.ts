import { formatInstant } from '@bqsync/core';
import { cursorInstant, type RowPlan, SYNCED_AT, type TargetShape } from '@bqsync/harper';
import type { Operations, StoredRecord, TargetRef } from '../harper/operations.ts';
import type { KeySet } from './key-set.ts';
import { SEEN } from './key-states.ts';
import type { Retry } from './retry.ts';
import { targetPages } from './target-pages.ts';
import type { Day } from './days.ts';

const LOOKUP_KEYS = 200;
const NOT_OURS = 'bqsync never wrote it, so a resync leaves it: verify --repair deletes it';

export interface WalkInput {
  readonly operations: Operations;
  readonly target: TargetRef;
  readonly plan: RowPlan;
  readonly shape: TargetShape;
  /** Days whose source rows were read: rows of others are known to be equal. Absent: all were. */
  readonly isRead: ((day: Day) => boolean) | undefined;
  /** The source's keys, marked. */
  readonly keys: KeySet;
  /** Of the source, as an instant's text. */
  readonly snapshot: string;
  readonly retry: Retry;
  readonly onProgress: (done: number) => void;
  /** Called for each row that is not among the source rows that were read, unless it is newer. */
  readonly onExtra: (row: ExtraRow) => void;
}

export interface WalkResult {
  readonly rows: number;
  /** Rows that the source did not have at the snapshot, written from a newer one: not comparable. */
  readonly newer: number;
}

/** A row that was not among the source rows that were read. */
export interface ExtraRow {
  readonly key: string;
  /** bqsync writes no other keys than text, and can delete no others. */
  readonly isText: boolean;
  readonly day: Day;
  readonly syncedAt: string | undefined;
}

export function extraReason({ syncedAt }: ExtraRow): string {
  return syncedAt === undefined ? NOT_OURS : `synced at ${syncedAt}`;
}

/** Counts the rows of the target and finds those that are not in `keys`, where all of their day's source rows are. */
export async function walkTarget({
  operations,
  target,
  plan,
  shape,
  isRead,
  keys,
  snapshot,
  retry,
  onProgress,
  onExtra,
}: WalkInput): Promise<WalkResult> {
  let [rows, newer] = [0, 0];
  const { primaryKey } = plan;
  const cursor = plan.cursor ?? primaryKey;
  // Harper knows no other attributes to ask for.
  const isDeclared = shape.attributes.some(({ name }) => name === cursor);
  const attributes = isRead === undefined || cursor === primaryKey ? [primaryKey] : isDeclared ? [primaryKey, cursor] : ['*'];
  for await (const page of targetPages(operations, target, primaryKey, attributes, retry)) {
    const unknown: string[] = [];
    for (const record of page) {
      rows++;
      const key = record[primaryKey];
      if (isRead !== undefined && !isRead(dayOf(plan, record))) continue;
      if (typeof key !== 'string')
        onExtra({ key: `${String(key)} (${typeof key})`, isText: false, day: dayOf(plan, record), syncedAt: undefined });
      else if ((keys.flags(key) & SEEN.source) === 0) unknown.push(key);
    }
    for (let at = 0; at < unknown.length; at += LOOKUP_KEYS) {
      const ids = unknown.slice(at, at + LOOKUP_KEYS);
      for (const record of await retry(() => operations.byKeys(target, ids))) {
        const syncedAt = record[SYNCED_AT];
        if (typeof syncedAt === 'string' && syncedAt > snapshot) newer++;
        else {
          const text = typeof syncedAt === 'string' ? syncedAt : undefined;
          onExtra({ key: String(record[primaryKey]), isText: true, day: dayOf(plan, record), syncedAt: text });
        }
      }
    }
    onProgress(rows);
  }
  return { rows, newer };
}

function dayOf(plan: RowPlan, record: StoredRecord): Day {
  const cursor = cursorInstant(plan, record);
  return cursor === undefined ? null : formatInstant(cursor).slice(0, 10);
}
