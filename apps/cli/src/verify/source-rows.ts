import { randomUUID } from 'node:crypto';
import type { BigQuerySource } from '@bqsync/bigquery';
import type { CursorRange, OpenWindow, Page, TableDescription, TableSpec } from '@bqsync/core';
import type { Retry } from './retry.ts';

/** Opens a window of `verify`: under one id, so that trying again does not scan again. */
export function openVerify(
  source: BigQuerySource,
  table: TableSpec,
  description: TableDescription,
  range: CursorRange,
  retry: Retry,
  signal: AbortSignal,
): Promise<OpenWindow> {
  const windowId = `bqsync_verify_${randomUUID()}`;
  const maxBytesBilled = table.cost.maxBytesBilledPerQuery;
  return retry(() => source.open(table, description, { windowId, kind: 'verify', range, maxBytesBilled }, signal));
}

/** Every row of a window, in pages, each once; a page that could not be read is read again. */
export async function* pagesOf(
  source: BigQuerySource,
  table: TableSpec,
  description: TableDescription,
  window: OpenWindow,
  retry: Retry,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  for (const unit of window.units) {
    let nextRow = unit.startRow;
    let pages: AsyncIterator<Page> | undefined;
    while (unit.endRow === undefined || nextRow < unit.endRow) {
      const next = await retry(async () => {
        pages ??= source.read(table, description, window, unit, nextRow, signal)[Symbol.asyncIterator]();
        try {
          return await pages.next();
        } catch (error) {
          pages = undefined;
          throw error;
        }
      });
      if (next.done === true) break;
      nextRow = next.value.firstRow + next.value.rows.length;
      yield next.value;
    }
    await pages?.return?.();
  }
}
