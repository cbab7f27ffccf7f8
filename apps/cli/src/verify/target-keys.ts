import { BqsyncError } from '@bqsync/errors';
import { type Operations, records, type TargetRef } from '../harper/operations.ts';
import type { Retry } from './retry.ts';

const PAGE_KEYS = 5_000;

/** Every key of a target, in pages along the primary key. Rows that come and go meanwhile may or may not be among them. */
export async function* targetKeys(
  operations: Operations,
  target: TargetRef,
  primaryKey: string,
  retry: Retry,
): AsyncGenerator<readonly unknown[]> {
  let last: unknown;
  for (;;) {
    const page = { ...target, get_attributes: [primaryKey], limit: PAGE_KEYS };
    const operation =
      last === undefined
        ? { ...page, operation: 'search_by_value', search_attribute: primaryKey, search_value: '*' }
        : {
            ...page,
            operation: 'search_by_conditions',
            conditions: [{ search_attribute: primaryKey, search_type: 'greater_than', search_value: last }],
          };
    const keys = records(await retry(() => operations.call(operation)), operation.operation).map((record) => record[primaryKey]);
    if (keys.length > 0) yield keys;
    if (keys.length < PAGE_KEYS) return;
    const next = keys.at(-1);
    if (next === last)
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper lists the keys of ${target.table} in circles after ${String(last)}`);
    last = next;
  }
}
