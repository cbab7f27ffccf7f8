import { SYNCED_AT } from '@bqsync/harper';
import type { Operations, TargetRef } from '../harper/operations.ts';
import type { Examples } from './examples.ts';
import type { KeySet } from './key-set.ts';
import { SEEN } from './key-states.ts';
import type { Retry } from './retry.ts';
import { targetKeys } from './target-keys.ts';

const LOOKUP_KEYS = 200;
const NOT_OURS = 'bqsync never wrote it, so a resync leaves it: delete it by hand';

export interface WalkInput {
  readonly operations: Operations;
  readonly target: TargetRef;
  readonly primaryKey: string;
  /** The source's keys, marked. */
  readonly keys: KeySet;
  readonly examples: Examples;
  /** Of the source, as an instant's text. */
  readonly snapshot: string;
  readonly retry: Retry;
  readonly onProgress: (done: number) => void;
}

export interface WalkResult {
  readonly rows: number;
  /** Rows that the source does not have. */
  readonly extra: number;
  /** Rows that the source did not have at the snapshot, written from a newer one: not comparable. */
  readonly newer: number;
}

/** Counts the rows of the target and those among them that the source does not have. */
export async function walkTarget({
  operations,
  target,
  primaryKey,
  keys,
  examples,
  snapshot,
  retry,
  onProgress,
}: WalkInput): Promise<WalkResult> {
  let [rows, extra, newer] = [0, 0, 0];
  const note = (key: string, syncedAt: unknown): void => {
    extra++;
    const reason = typeof syncedAt === 'string' ? `synced at ${syncedAt}` : NOT_OURS;
    examples.add('extra', () => ({ kind: 'extra', key, reason }));
  };
  for await (const page of targetKeys(operations, target, primaryKey, retry)) {
    const unknown: string[] = [];
    for (const key of page) {
      rows++;
      // bqsync writes no other keys than text.
      if (typeof key !== 'string') note(`${String(key)} (${typeof key})`, undefined);
      else if ((keys.flags(key) & SEEN.source) === 0) unknown.push(key);
    }
    for (let at = 0; at < unknown.length; at += LOOKUP_KEYS) {
      const ids = unknown.slice(at, at + LOOKUP_KEYS);
      for (const record of await retry(() => operations.byKeys(target, ids))) {
        const syncedAt = record[SYNCED_AT];
        if (typeof syncedAt === 'string' && syncedAt > snapshot) newer++;
        else note(String(record[primaryKey]), syncedAt);
      }
    }
    onProgress(rows);
  }
  return { rows, extra, newer };
}
