import { BqsyncError } from '@bqsync/errors';
import { compileCanonical } from '../identity/canonical.ts';
import { compileKey, type KeyBuilder } from '../identity/key.ts';
import { greatest } from '../plan/progress.ts';
import type { RejectedRow, Row } from '../ports/row.ts';
import type { KeyedRow, TargetKey } from '../ports/sink.ts';
import type { OpenWindow, Page, Source, TableDescription } from '../ports/source.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import { ReadAhead } from './read-ahead.ts';

/** Rows of a window that go into one commit. */
export interface RowBatch {
  /** Source rows that this batch stands for, contiguous after the previous batch. */
  readonly received: number;
  readonly rows: readonly KeyedRow[];
  readonly rejected: readonly RejectedRow[];
  /** Rows left out because another row of the batch has their key and wins. */
  readonly superseded: number;
  readonly maxCursor: string | null;
  /** There was nothing left to read, of what has no known end. Then there are no rows. */
  readonly ended: boolean;
}

export const NO_ROWS: RowBatch = { received: 0, rows: [], rejected: [], superseded: 0, maxCursor: null, ended: false };

/** Reads an open window from a row on, keyed and cut into batches. Pages are read one ahead. */
export class WindowReader {
  readonly #cursorColumn: string;
  readonly #keyOf: KeyBuilder;
  readonly #contentOf: (row: Row) => string;
  readonly #pages: ReadAhead<Page>;
  #page: Page | undefined;
  #at = 0;
  #rowsRead: number;
  readonly #totalRows: number | undefined;

  constructor(
    source: Source,
    table: TableSpec,
    description: TableDescription,
    key: TargetKey,
    open: OpenWindow,
    fromRow: number,
    signal: AbortSignal,
  ) {
    this.#cursorColumn = table.cursorColumn;
    this.#keyOf = compileKey(key, description.columns);
    this.#contentOf = compileCanonical(description.columns);
    this.#rowsRead = fromRow;
    this.#totalRows = open.estimated === true ? undefined : open.totalRows;
    this.#pages = new ReadAhead(pagesFrom(source, table, description, open, fromRow, signal));
  }

  /** Up to `limit` rows, fewer at the end of a page. Throws `BQS_SOURCE_PROTOCOL` if the window ends before its known rows do. */
  async next(limit: number): Promise<RowBatch> {
    const page = await this.#currentPage();
    if (page === undefined) return { ...NO_ROWS, ended: true };
    const end = Math.min(page.rows.length, this.#at + limit);
    const rows = new Map<string, KeyedRow>();
    const rejected: RejectedRow[] = [];
    let superseded = 0;
    let maxCursor: string | null = null;
    for (let i = this.#at; i < end; i++) {
      const row = page.rows[i];
      const undecoded = page.rejected.get(i);
      if (row === undefined) {
        rejected.push(undecoded ?? { key: undefined, reason: 'decode', message: 'the row could not be decoded', sample: '' });
        continue;
      }
      const cursorValue = row[this.#cursorColumn];
      const cursor = typeof cursorValue === 'string' ? cursorValue : null;
      maxCursor = greatest(maxCursor, cursor);
      const keyed = this.#keyOf(row, page.ordinals?.[i], page.contents?.get(i));
      if (!keyed.ok) {
        rejected.push({ ...keyed.rejected, cursor });
        continue;
      }
      const other = rows.get(keyed.key);
      if (other !== undefined) superseded += 1;
      const next = { key: keyed.key, cursor, row };
      if (other === undefined || this.isGreater(next, other)) rows.set(keyed.key, next);
    }
    const received = end - this.#at;
    this.#at = end;
    this.#rowsRead += received;
    return { received, rows: [...rows.values()], rejected, superseded, maxCursor, ended: false };
  }

  /** Rule R1: of equal keys in one snapshot the greatest (cursor, content) stays. */
  isGreater(a: KeyedRow, b: KeyedRow): boolean {
    if (a.cursor !== b.cursor) return greatest(a.cursor, b.cursor) === a.cursor;
    return this.#contentOf(a.row) > this.#contentOf(b.row);
  }

  async close(): Promise<void> {
    await this.#pages.close();
  }

  async #currentPage(): Promise<Page | undefined> {
    while (this.#page === undefined || this.#at >= this.#page.rows.length) {
      const page = await this.#pages.take();
      if (page === undefined) {
        if (this.#totalRows === undefined) return undefined;
        throw new BqsyncError('BQS_SOURCE_PROTOCOL', `the window ended after ${this.#rowsRead} of ${this.#totalRows} rows`);
      }
      if (page.firstRow !== this.#rowsRead) {
        throw new BqsyncError('BQS_SOURCE_PROTOCOL', `a page begins at row ${page.firstRow}, expected row ${this.#rowsRead}`);
      }
      this.#page = page;
      this.#at = 0;
    }
    return this.#page;
  }
}

async function* pagesFrom(
  source: Source,
  table: TableSpec,
  description: TableDescription,
  open: OpenWindow,
  fromRow: number,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  for (const unit of open.units) {
    if (unit.endRow !== undefined && unit.endRow <= fromRow) continue;
    yield* source.read(table, description, open, unit, Math.max(fromRow, unit.startRow), signal);
  }
}
