import {
  type Batch,
  type CursorRange,
  formatInstant,
  parseInstant,
  rangeCovers,
  rangeHolds,
  type RejectedRow,
  type RepairedRange,
  type TableSpec,
} from '@bqsync/core';
import type { SqliteStore } from './sqlite-store.ts';

/** A rejected row with where it was read, so that a repair of that range finds it again. Instants are text. */
interface QuarantineRecord extends RejectedRow {
  readonly from: string | null;
  readonly to: string | null;
  readonly nulls: CursorRange['nulls'];
  readonly snapshot: string;
}

/** Stores the rejected rows of a batch. A row that was rejected before replaces its record. */
export function keepRejected(store: SqliteStore, { table, rejected, snapshot, range }: Batch): void {
  const { from, to, nulls } = range ?? { from: undefined, to: undefined, nulls: 'include' as const };
  const text = (at: typeof from): string | null => (at === undefined ? null : formatInstant(at));
  for (const row of rejected) {
    const identity = JSON.stringify(row.key ?? [row.reason, row.message, row.sample]);
    const record: QuarantineRecord = { ...row, from: text(from), to: text(to), nulls, snapshot: formatInstant(snapshot) };
    const sql = 'INSERT OR REPLACE INTO quarantine (table_id, identity, key, value) VALUES (?, ?, ?, ?)';
    store.run(sql, table.id, identity, row.key ?? null, JSON.stringify(record));
  }
}

/** Keys of stored rows that a repair did not find in the source. Rows in quarantine stay. */
export function doomedRows(store: SqliteStore, table: TableSpec, repaired: readonly RepairedRange[]): string[] {
  const sql = `SELECT key, cursor, snapshot FROM row WHERE target = ? AND key NOT IN
    (SELECT key FROM quarantine WHERE table_id = ? AND key IS NOT NULL)`;
  const rows = store.all(sql, table.target.table, table.id);
  const isGone = (cursor: string | null, snapshot: string): boolean =>
    repaired.some((part) => snapshot < formatInstant(part.snapshot) && rangeHolds(part.range, cursor));
  return rows.filter(({ cursor, snapshot }) => isGone(cursor as string | null, String(snapshot))).map(({ key }) => String(key));
}

/** Identities of quarantine records whose rows were read again and not rejected. */
export function resolvedRecords(store: SqliteStore, table: TableSpec, repaired: readonly RepairedRange[]): string[] {
  const found = store.all('SELECT identity, value FROM quarantine WHERE table_id = ?', table.id);
  return found
    .filter(({ value }) => {
      const { snapshot, from, to, nulls, ...row } = JSON.parse(String(value)) as QuarantineRecord;
      const range = { from: from === null ? undefined : parseInstant(from), to: to === null ? undefined : parseInstant(to), nulls };
      return repaired.some((part) => snapshot < formatInstant(part.snapshot) && rangeCovers(part.range, { cursor: row.cursor, range }));
    })
    .map(({ identity }) => String(identity));
}
