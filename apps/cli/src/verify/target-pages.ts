import { BqsyncError } from '@bqsync/errors';
import { type Operations, records, type StoredRecord, type TargetRef } from '../harper/operations.ts';
import type { Retry } from './retry.ts';

const MAX_PAGE_ROWS = 5_000;
const FIRST_PAGE_ROWS = 200;
/** Size of a page to aim at, as decoded values weigh. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Every row of a target, in pages along the primary key, with these attributes. Rows that come and go meanwhile may or may not be among them.
 * Only those behind the key `after`, if it is given. Pages grow as far as the size of the rows allows.
 */
export async function* targetPages(
  operations: Operations,
  target: TargetRef,
  primaryKey: string,
  attributes: readonly string[],
  retry: Retry,
  after?: string,
): AsyncGenerator<readonly StoredRecord[]> {
  let last: unknown = after;
  let limit = attributes.includes('*') ? FIRST_PAGE_ROWS : MAX_PAGE_ROWS;
  for (;;) {
    const page = { ...target, get_attributes: attributes, limit };
    const operation =
      last === undefined
        ? { ...page, operation: 'search_by_value', search_attribute: primaryKey, search_value: '*' }
        : {
            ...page,
            operation: 'search_by_conditions',
            conditions: [{ search_attribute: primaryKey, search_type: 'greater_than', search_value: last }],
          };
    const { value, bytes } = await retry(() => operations.measured(operation));
    const rows = records(value, operation.operation);
    if (rows.length > 0) yield rows;
    if (rows.length < limit) return;
    const next = rows.at(-1)?.[primaryKey];
    if (next === last || next === undefined)
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper lists the keys of ${target.table} in circles after ${String(last)}`);
    last = next;
    limit = Math.max(1, Math.min(MAX_PAGE_ROWS, limit * 4, Math.floor((PAGE_BYTES * rows.length) / Math.max(1, bytes))));
  }
}
