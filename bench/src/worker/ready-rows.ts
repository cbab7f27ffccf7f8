import type { Connection } from '@bqsync/bigquery';
import { compileKey, formatInstant, type KeyedRow, type TableDescription, type TableSpec, targetKeyOf } from '@bqsync/core';
import { adaptersTo, harperTable, never, runtime } from './adapters.ts';

interface Kept {
  readonly description: TableDescription;
  readonly snapshot: bigint;
  readonly rows: readonly KeyedRow[];
}

let kept: Kept | undefined;

export function keptRows(): Kept {
  if (kept === undefined) throw new Error('no rows are kept');
  return kept;
}

/** Reads rows of a table into memory, from `from` on, decoded and with their keys. */
export async function keepRows(connection: Connection, table: TableSpec, from: number, count: number): Promise<void> {
  const { source } = adaptersTo(connection);
  const description = await source.describe(table, never);
  const keyOf = compileKey(targetKeyOf(table, description), description.columns);
  const request = {
    windowId: `bench_${crypto.randomUUID()}`,
    kind: 'backfill',
    range: { from: undefined, to: undefined, nulls: 'include' },
  } as const;
  const window = await source.open({ ...table, read: { api: 'rest' } }, description, request, never);
  const rows: KeyedRow[] = [];
  for (const unit of window.units) {
    const first = Math.max(from, unit.startRow);
    if (rows.length === count || (unit.endRow !== undefined && first >= unit.endRow)) continue;
    for await (const page of source.read(table, description, window, unit, first, never)) {
      for (const row of page.rows) {
        if (row === undefined) throw new Error('a row cannot be decoded');
        const key = keyOf(row, undefined);
        const cursor = row[table.cursorColumn];
        if (key.ok && typeof cursor === 'string' && rows.length < count) rows.push({ key: key.key, cursor, row });
      }
      if (rows.length === count) break;
    }
  }
  if (rows.length < count) throw new Error(`only ${rows.length} rows from ${from} on are there to keep`);
  kept = { description, snapshot: window.snapshot, rows };
}

export interface Written {
  readonly ms: number;
  /** Processor time of the whole Harper process meanwhile. */
  readonly cpuMs: number;
}

/**
 * The baseline: a loop of awaited transactions that put the kept rows, ready as Harper is to store them, into a new table that is declared as
 * the sink would. Only the loop is timed.
 */
export async function writeReady(connection: Connection, table: TableSpec, rowsPerCommit: number): Promise<Written> {
  const { description, snapshot, rows } = keptRows();
  await adaptersTo(connection).sink.prepare(table, description, targetKeyOf(table, description), never);
  const target = harperTable(table.target.table);
  const syncedAt = formatInstant(snapshot as never);
  const records = rows.map(({ key, row }) => ({ ...row, id: key, _syncedAt: syncedAt }));
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  for (let at = 0, sequence = 0; at < records.length; at += rowsPerCommit, sequence++) {
    await runtime.transaction({ timestamp: Number(snapshot) / 1000 + sequence * 0.001 }, (transaction) => {
      for (let n = at; n < Math.min(at + rowsPerCommit, records.length); n++) target.put(records[n] ?? {}, transaction);
    });
  }
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ms, cpuMs: (user + system) / 1000 };
}
