import { createHash, randomUUID } from 'node:crypto';
import { BqsyncError } from '@bqsync/errors';
import type { RowsByTable, TableName } from '../data/rows.ts';
import { type TableDefinition, TABLES } from '../tables/definitions.ts';
import type { TimeRange } from '../time/micros.ts';
import type { WriteMode } from '../writers/data-target.ts';
import { type Batch, keyOf } from '../writers/row-writer.ts';
import type { GeneratorConfig, GeneratorStats, TableGenerator } from './table-generator.ts';

/** Rows of one batch unless said otherwise: some 10 to 20 MB of JSON. */
const BATCH_ROWS = 25_000;

export interface WriteOptions {
  readonly mode?: WriteMode | undefined;
  /** An earlier process may have written the rows already. */
  readonly replay?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the three generators share: batching, the identity of a batch, the target, counting. */
export abstract class WrittenTable<T extends TableName> implements TableGenerator<RowsByTable[T]> {
  readonly table: TableDefinition;
  readonly #name: T;
  readonly #batchRows: number;
  #config: (GeneratorConfig & { readonly runId: string }) | undefined;
  #rowsGenerated = 0;
  #rowsWritten = 0;
  #batchesWritten = 0;

  constructor(name: T, batchRows: number = BATCH_ROWS) {
    if (!Number.isInteger(batchRows) || batchRows < 1)
      throw new BqsyncError('BQS_CONFIG_INVALID', `batchRows is ${batchRows}`, { hint: 'give a whole number from 1 on' });
    this.#name = name;
    this.#batchRows = batchRows;
    this.table = TABLES[name];
  }

  /** The rows of a range, one by one. */
  abstract rows(range: TimeRange): Iterable<RowsByTable[T]>;

  async initialize(config: GeneratorConfig): Promise<void> {
    this.#config = { ...config, runId: config.runId ?? randomUUID() };
    await config.target.prepare(this.table);
  }

  async *generate(range: TimeRange): AsyncGenerator<RowsByTable[T][], void, undefined> {
    yield* this.batched(this.rows(range));
  }

  /** Cuts rows into batches, always at the same places. */
  async *batched(rows: Iterable<RowsByTable[T]>): AsyncGenerator<RowsByTable[T][], void, undefined> {
    let batch: RowsByTable[T][] = [];
    for (const row of rows) {
      batch.push(row);
      this.#rowsGenerated++;
      if (batch.length < this.#batchRows) continue;
      yield batch;
      batch = [];
      // Lets timers and sockets run between two batches of arithmetic.
      await new Promise(setImmediate);
    }
    if (batch.length > 0) yield batch;
  }

  async write(rows: RowsByTable[T][], options: WriteOptions = {}): Promise<void> {
    const { target, mode = 'load' } = this.connected();
    await target.append(this.table, rows, this.batch(rows, options), options.mode ?? mode, options.signal);
    this.countWritten(rows.length);
  }

  async clear(): Promise<void> {
    const { target, confirm } = this.connected();
    if (confirm === undefined || !(await confirm(`Delete all rows of ${this.table.name}?`)))
      throw new BqsyncError('BQS_USAGE', `nothing was deleted from ${this.table.name}: nobody agreed`, {
        hint: 'answer yes, or confirm in advance with --yes',
      });
    await target.clear(this.table);
    // What was written under the old name would otherwise count as written for ever.
    this.#config = { ...this.connected(), runId: randomUUID() };
  }

  getStats(): GeneratorStats {
    return {
      table: this.#name,
      rowsGenerated: this.#rowsGenerated,
      rowsWritten: this.#rowsWritten,
      batchesWritten: this.#batchesWritten,
    };
  }

  protected batch(rows: readonly RowsByTable[T][], options: WriteOptions): Batch {
    const { runId } = this.connected();
    const hash = createHash('sha256').update(runId);
    for (const row of rows) hash.update(`\n${keyOf(this.table, row)}`);
    return { id: `${this.table.name}/${hash.digest('hex')}`, replay: options.replay ?? false };
  }

  protected countWritten(rows: number): void {
    this.#rowsWritten += rows;
    this.#batchesWritten++;
  }

  protected connected(): GeneratorConfig & { readonly runId: string } {
    if (this.#config === undefined)
      throw new BqsyncError('BQS_USAGE', `the generator of ${this.table.name} is not initialized`, {
        hint: 'call initialize({ target }) first',
      });
    return this.#config;
  }
}
