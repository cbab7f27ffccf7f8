import { yieldToEventLoop } from './event-loop.ts';
import { countPage, readPage } from './harper-internals.ts';
import type { HarperRecord, HarperTable } from './harper-runtime.ts';
import { SYNCED_AT } from './row-plan.ts';

const PAGE_ROWS = 500;
const PAGE_KEYS = 1_000;

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

/** The exact number of rows. Reads every key, 1 to 3 s for a million; pages are read at one moment each, not all at the same. */
export async function countTarget(table: HarperTable): Promise<number> {
  let rows = 0;
  let after: unknown;
  for (;;) {
    const page = countPage(table, after, PAGE_KEYS);
    rows += page.rows;
    if (page.last === undefined) return rows;
    after = page.last;
    await yieldToEventLoop();
  }
}
