import { type CursorRange, parseInstant } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { STATE_TABLES } from '@bqsync/harper';
import type { Operations, StoredRecord } from '../harper/operations.ts';
import { STATE_DATABASE } from '../harper/stored-progress.ts';
import type { Retry } from '../verify/retry.ts';
import { targetPages } from '../verify/target-pages.ts';

/** A row that could not be stored, as SyncAudit tells it. */
export interface AuditRecord {
  readonly id: string;
  readonly table: string;
  /** When it was last rejected, by the source's time. */
  readonly timestamp: string;
  readonly status: string;
  /** The short cause, such as `int-overflow`. */
  readonly reason: string;
  readonly message: string;
  /** Null: the row has none. */
  readonly key: string | null;
  /** How often it was rejected. */
  readonly count: number;
  /** At most 1,000 characters of the row. */
  readonly sample: string;
  /** Where it lies in the source. */
  readonly range: CursorRange;
}

const IDS_AT_ONCE = 500;
const AUDIT = { database: STATE_DATABASE, table: STATE_TABLES.audit };

/**
 * SyncAudit in the order of its ids, which is by table, a page at a time.
 *
 * @throws `BQS_TARGET_MISSING` where no plugin has ever run
 */
export async function* auditRecords(operations: Operations, table: string | undefined, retry: Retry): AsyncGenerator<AuditRecord> {
  if ((await retry(() => operations.call({ operation: 'describe_table', ...AUDIT }))) === undefined) {
    throw new BqsyncError('BQS_TARGET_MISSING', `Harper at ${operations.url} has no table ${AUDIT.table}`, {
      hint: 'is --operations the right Harper, and has the plugin run there?',
    });
  }
  const prefix = table === undefined ? undefined : `${table}:`;
  for await (const page of targetPages(operations, AUDIT, 'id', ['*'], retry, prefix)) {
    for (const record of page) {
      const known = auditRecord(record);
      if (prefix !== undefined && !known.id.startsWith(prefix)) return;
      if (table === undefined || known.table === table) yield known;
    }
  }
}

/** The records of these ids; those that do not exist are not among them. */
export async function auditById(operations: Operations, ids: readonly string[]): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const some = ids.slice(at, at + IDS_AT_ONCE);
    found.push(...(await operations.byKeys(AUDIT, some)).map(auditRecord));
  }
  return found;
}

function auditRecord(record: StoredRecord): AuditRecord {
  const text = textOf(record['reason']) ?? '';
  const colon = text.indexOf(': ');
  return {
    id: textOf(record['id']) ?? '',
    table: textOf(record['tableId']) ?? '',
    timestamp: textOf(record['timestamp']) ?? '',
    status: textOf(record['status']) ?? '',
    reason: colon < 0 ? text : text.slice(0, colon),
    message: colon < 0 ? '' : text.slice(colon + 2),
    key: textOf(record['key']) ?? null,
    count: typeof record['count'] === 'number' ? record['count'] : 1,
    sample: textOf(record['recordSample']) ?? '',
    range: rangeOf(record),
  };
}

/** Records of versions that did not note it may be of any row. */
function rangeOf(record: StoredRecord): CursorRange {
  const bound = (name: string) => {
    const value = textOf(record[name]);
    return value === undefined ? undefined : parseInstant(value);
  };
  const nulls = record['rangeNulls'];
  return { from: bound('rangeFrom'), to: bound('rangeTo'), nulls: nulls === 'only' || nulls === 'exclude' ? nulls : 'include' };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
