import { yieldToEventLoop } from './event-loop.ts';
import { readPage } from './harper-internals.ts';
import type { HarperRecord, HarperTable } from './harper-runtime.ts';
import { SYNCED_AT } from './row-plan.ts';

const PAGE_ROWS = 500;

export interface TargetRow {
  readonly key: string;
  /** The stored attributes, the primary key included, `_syncedAt` not. */
  readonly row: Readonly<HarperRecord>;
  /** The snapshot of the row's last write; undefined if bqsync did not write it. */
  readonly syncedAt: string | undefined;
}

/** Every row with a text key, in key order, for verification. Pages are read at one moment each, not all at the same. */
export async function* readTarget(table: HarperTable): AsyncIterable<TargetRow> {
  let after: string | undefined;
  for (;;) {
    const { rows, last } = readPage(table, after, PAGE_ROWS);
    if (last === undefined) return;
    after = last;
    for (const { key, record } of rows) {
      const { [SYNCED_AT]: syncedAt, ...row } = record;
      yield { key, row, syncedAt: typeof syncedAt === 'string' ? syncedAt : undefined };
    }
    await yieldToEventLoop();
  }
}

/** The exact number of rows; reads the whole table (about 4 s for a million rows). */
export async function countTarget(table: HarperTable): Promise<number> {
  return (await table.getRecordCount({ exactCount: true })).recordCount;
}
