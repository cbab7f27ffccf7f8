import type { HarperAttribute, HarperContext, HarperRecord, HarperRuntime, HarperTable, HarperTransaction } from '@bqsync/harper';
import { STATE_TABLES } from '@bqsync/harper';

interface Entry {
  readonly value: HarperRecord | null;
  readonly version: number;
}

export interface Write {
  readonly table: string;
  readonly id: string;
  readonly value: HarperRecord | null;
}

export interface Transaction {
  readonly timestamp: number;
  readonly writes: readonly Write[];
}

/** How Harper answers to records that break a declaration. */
class Refused extends Error {
  readonly statusCode = 400;
}

/** One replica of Harper as far as the adapter uses it: last write wins by the transaction's timestamp, and what loses is dropped without a word. */
export class ModelRuntime implements HarperRuntime {
  readonly tables = new Map<string, ModelTable>();
  readonly databases: HarperRuntime['databases'];
  readonly server: HarperRuntime['server'];
  readonly logger = {};
  /** Called before a transaction is stored, and after; may throw, as a crash there would. */
  at: (point: 'before' | 'after') => void = () => undefined;
  onStored: (transaction: Transaction) => void = () => undefined;

  constructor(target: string, attributes: readonly HarperAttribute[], refuses: (record: HarperRecord) => boolean) {
    for (const name of Object.values(STATE_TABLES))
      this.tables.set(name, new ModelTable(name, [{ name: 'id', isPrimaryKey: true }], () => false));
    this.tables.set(target, new ModelTable(target, attributes, refuses));
    this.databases = { data: Object.fromEntries(this.tables) };
    this.server = { operation: () => Promise.reject(new Error('no operation is asked for where the target is there')) };
  }

  async transaction<T>(context: HarperContext, callback: (transaction: HarperTransaction) => T): Promise<Awaited<T>> {
    const writes: Write[] = [];
    const result = await callback(writes);
    this.at('before');
    const transaction = { timestamp: context.timestamp ?? Date.now(), writes };
    this.apply(transaction);
    this.onStored(transaction);
    this.at('after');
    return result;
  }

  apply({ timestamp, writes }: Transaction): void {
    for (const { table, id, value } of writes) this.tables.get(table)?.apply(id, value, timestamp);
  }
}

export class ModelTable implements HarperTable {
  readonly databaseName = 'data';
  readonly tableName: string;
  readonly primaryKey = 'id';
  readonly attributes: readonly HarperAttribute[];
  readonly prototype: { validate(record: HarperRecord): void };
  readonly entries = new Map<string, Entry>();
  readonly primaryStore = {
    resetReadTxn: () => undefined,
    getEntry: (id: string) => this.entries.get(id),
    getRange: ({ start = '', exclusiveStart = false, limit }: { start?: string; exclusiveStart?: boolean; limit: number }) =>
      [...this.entries.keys()]
        .filter((key) => (exclusiveStart ? key > start : key >= start))
        .sort()
        .slice(0, limit)
        .map((key) => ({ key, ...(this.entries.get(key) as Entry) })),
  };

  constructor(name: string, attributes: readonly HarperAttribute[], refuses: (record: HarperRecord) => boolean) {
    this.tableName = name;
    this.attributes = attributes;
    this.prototype = {
      validate: (record) => {
        if (refuses(record)) throw new Refused('the record breaks the declaration');
      },
    };
  }

  apply(id: string, value: HarperRecord | null, version: number): void {
    const stored = this.entries.get(id);
    if (stored === undefined || stored.version < version) this.entries.set(id, { value, version });
  }

  put(record: HarperRecord, transaction: HarperTransaction): void {
    this.prototype.validate(record);
    const value = structuredClone(record);
    // Bytes are bytes to Harper, whichever view of them was given.
    for (const [name, held] of Object.entries(record)) if (Buffer.isBuffer(held)) value[name] = Buffer.from(held);
    (transaction as Write[]).push({ table: this.tableName, id: String(record['id']), value });
  }

  delete(id: string, transaction: HarperTransaction): void {
    (transaction as Write[]).push({ table: this.tableName, id, value: null });
  }

  get(): never {
    throw new Error('rows are read from the store');
  }

  getRecordCount(): Promise<{ recordCount: number }> {
    return Promise.resolve({ recordCount: this.entries.size });
  }

  addAttributes(): Promise<void> {
    return Promise.resolve();
  }
}
