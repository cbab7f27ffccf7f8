import type { Batch, CommitOutcome, KeyedRow, Micros, Row, TableSpec, Value } from '@bqsync/core';
import type { StoredRow } from '@bqsync/core/memory';
import { DurableTarget } from '../memory/durable-target.ts';

export class ForgetsARow extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const kept = batch.rows.length > 50 ? batch.rows.slice(0, -1) : batch.rows;
    const outcome = await super.commit({ ...batch, rows: kept }, signal);
    return { ...outcome, inserted: outcome.inserted + batch.rows.length - kept.length };
  }
}

/** Stores each row through `change`. */
abstract class ChangesValues extends DurableTarget {
  protected abstract change(value: Value): Value;

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const changed = ({ row }: KeyedRow): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, this.change(value)]));
    return super.commit({ ...batch, rows: batch.rows.map((keyed) => ({ ...keyed, row: changed(keyed) })) }, signal);
  }
}

export class TruncatesMicroseconds extends ChangesValues {
  protected override change(value: Value): Value {
    return typeof value === 'string' ? value.replace(/(\.\d{3})\d{3}Z$/u, '$1000Z') : value;
  }
}

export class RoundsIntegers extends ChangesValues {
  protected override change(value: Value): Value {
    return typeof value === 'bigint' ? Number(value) : value;
  }
}

export class StoresEmptyTextAsNull extends ChangesValues {
  protected override change(value: Value): Value {
    return value === '' ? null : value;
  }
}

/** Removes stored rows for which `gives` holds before it commits, so that any row of their keys goes in. */
abstract class GivesWay extends DurableTarget {
  protected abstract gives(stored: StoredRow, next: KeyedRow, batch: Batch): boolean;

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const rows = this.tables.get(batch.table.target.table);
    for (const next of batch.rows) {
      const stored = rows?.get(next.key);
      if (stored !== undefined && this.gives(stored, next, batch)) rows?.delete(next.key);
    }
    return super.commit(batch, signal);
  }
}

export class OlderSnapshotOverwrites extends GivesWay {
  protected override gives(stored: StoredRow, _next: KeyedRow, batch: Batch): boolean {
    return stored.snapshot > batch.snapshot;
  }
}

export class LastArrivalWins extends GivesWay {
  protected override gives(stored: StoredRow, next: KeyedRow, batch: Batch): boolean {
    return stored.snapshot === batch.snapshot && stored.cursor !== next.cursor;
  }
}

export class IgnoresContentOfTies extends GivesWay {
  protected override gives(stored: StoredRow, next: KeyedRow, batch: Batch): boolean {
    return stored.snapshot === batch.snapshot && stored.cursor === next.cursor;
  }
}

export class IgnoresCompareOff extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, compare: true }, signal);
  }
}

export class WritesContestedRows extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, compare: false }, signal);
  }
}

export class NamesOneContestedKeyOnly extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const outcome = await super.commit(batch, signal);
    return { ...outcome, contestedKeys: outcome.contestedKeys?.slice(0, 1) };
  }
}

export class DeletesRowsOnTheBound extends DurableTarget {
  override deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    return super.deleteStale(table, (before + 1n) as Micros, batchSize, signal);
  }
}

export class DeletesOneBatchOnly extends DurableTarget {
  override deleteStale(table: TableSpec, before: Micros, batchSize: number): Promise<number> {
    const rows = this.tables.get(table.target.table) ?? new Map<string, StoredRow>();
    const stale = Array.from(rows)
      .filter(([, { snapshot }]) => snapshot < before)
      .slice(0, batchSize);
    for (const [key] of stale) rows.delete(key);
    return Promise.resolve(stale.length);
  }
}

export class DeletesFromEveryTable extends DurableTarget {
  override async deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    for (const name of this.tables.keys())
      if (name !== table.target.table) await super.deleteStale({ ...table, target: { table: name } }, before, batchSize, signal);
    return super.deleteStale(table, before, batchSize, signal);
  }
}

export class DeletesProgressToo extends DurableTarget {
  override deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    this.progress.delete(table.id);
    return super.deleteStale(table, before, batchSize, signal);
  }
}

export class StoresNestedValuesAsText extends ChangesValues {
  protected override change(value: Value): Value {
    const nested = typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
    return nested ? JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? each.toString() : each)) : value;
  }
}

export class KeepsOldValuesForNull extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const stored = this.tables.get(batch.table.target.table);
    const rows = batch.rows.map((keyed) => {
      const set = Object.fromEntries(Object.entries(keyed.row).filter(([, value]) => value !== null));
      return { ...keyed, row: { ...keyed.row, ...stored?.get(keyed.key)?.row, ...set } };
    });
    return super.commit({ ...batch, rows }, signal);
  }
}

export class FencesDeletion extends DurableTarget {
  #bootId: string | undefined;

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    this.#bootId = batch.fence.bootId;
    return super.commit(batch, signal);
  }

  override deleteStale(table: TableSpec, before: Micros, batchSize: number, signal: AbortSignal): Promise<number> {
    if (this.intents.get(table.id)?.bootId !== this.#bootId) return Promise.resolve(0);
    return super.deleteStale(table, before, batchSize, signal);
  }
}
