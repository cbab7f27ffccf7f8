import { randomUUID } from 'node:crypto';
import { BqsyncError } from '@bqsync/errors';
import { type RowsByTable, TABLE_NAMES, type TableName } from '../data/rows.ts';
import { type DirtyOptions, type Defect, soil } from '../dirty/soil.ts';
import type { FleetOptions } from '../fleet/fleet.ts';
import { buildData, type RangeData } from '../scenario/build-data.ts';
import type { RecordCounts } from '../scenario/scenarios.ts';
import { TABLES } from '../tables/definitions.ts';
import type { TimeRange } from '../time/micros.ts';
import type { DataTarget, WriteMode } from '../writers/data-target.ts';
import type { TableStats } from '../writers/bigquery-tables.ts';
import { PortEventsGenerator } from './port-events-generator.ts';
import type { Confirm, GeneratorStats } from './table-generator.ts';
import { VesselMetadataGenerator } from './vessel-metadata-generator.ts';
import { VesselPositionsGenerator } from './vessel-positions-generator.ts';
import type { WriteOptions, WrittenTable } from './written-table.ts';

export interface OrchestratorOptions {
  readonly target: DataTarget;
  /** The fleet where `generateAll` has no count of `vessel_metadata`. */
  readonly fleet?: FleetOptions | undefined;
  /** See `GeneratorConfig.runId`. */
  readonly runId?: string | undefined;
  readonly mode?: WriteMode | undefined;
  readonly batchRows?: number | undefined;
  readonly confirm?: Confirm | undefined;
  /** Told after each batch. */
  readonly onProgress?: ((table: TableName, stats: GeneratorStats) => void) | undefined;
}

export interface GenerateOptions {
  /** Default: all three. */
  readonly tables?: readonly TableName[] | undefined;
  /** Exact numbers of rows; a table without one has its usual rate. */
  readonly recordCounts?: Partial<RecordCounts> | undefined;
  /** Faults to put into the data, each told in the result. Default: none. */
  readonly dirty?: DirtyOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GenerateResult {
  readonly stats: Partial<Readonly<Record<TableName, GeneratorStats>>>;
  readonly data: RangeData;
  /** What was put wrong, in order of table and row. Rows that were made late are the last to be written. */
  readonly defects: readonly Defect[];
}

/** The three tables of one fleet, kept in agreement. */
export class MultiTableOrchestrator {
  readonly #options: OrchestratorOptions;
  #runId: string;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
    this.#runId = options.runId ?? randomUUID();
  }

  /** Creates or checks the tables. */
  async initialize(tables: readonly TableName[] = TABLE_NAMES, signal?: AbortSignal): Promise<void> {
    for (const table of tables) await this.#options.target.prepare(TABLES[table], signal);
  }

  /**
   * Generates a range and writes it, vessels first. Metadata is the snapshot at the end of the range. Doing it again under the same
   * `runId`, after a crash for example, adds nothing twice.
   *
   * @throws BqsyncError `BQS_CONFIG_INVALID` for counts that cannot be met, before anything is written; codes of the group `source`.
   */
  async generateAll(range: TimeRange, options: GenerateOptions = {}): Promise<GenerateResult> {
    const { tables = TABLE_NAMES, recordCounts, dirty, signal } = options;
    const data = buildData({ ...this.#options.fleet, range, counts: recordCounts });
    const { fleet, sampling, reported } = data;
    const { batchRows } = this.#options;
    const defects: Defect[] = [];
    const stats: Partial<Record<TableName, GeneratorStats>> = {};
    const write = async <T extends TableName>(name: T, generator: WrittenTable<T>): Promise<void> => {
      if (!tables.includes(name)) return;
      await generator.initialize({ target: this.#options.target, runId: this.#runId, mode: this.#options.mode });
      const soiled = dirty === undefined ? { rows: data.rows(name), late: [] } : soil(name, data, dirty, (defect) => defects.push(defect));
      const writeBatches = async (rows: Iterable<RowsByTable[T]>): Promise<void> => {
        for await (const batch of generator.batched(rows)) {
          const how: WriteOptions = { signal, replay: this.#options.runId !== undefined };
          await generator.write(batch, how);
          stats[name] = generator.getStats();
          this.#options.onProgress?.(name, generator.getStats());
        }
      };
      await writeBatches(soiled.rows);
      await writeBatches(soiled.late);
      stats[name] = generator.getStats();
    };
    await write('vessel_metadata', new VesselMetadataGenerator({ fleet, batchRows }));
    await write('port_events', new PortEventsGenerator({ fleet, reported, batchRows }));
    await write('vessel_positions', new VesselPositionsGenerator({ fleet, sampling, batchRows }));
    return { stats, data, defects };
  }

  /** Deletes all rows of the tables, after `confirm` said yes to all of them at once. */
  async clearAll(tables: readonly TableName[] = TABLE_NAMES, signal?: AbortSignal): Promise<void> {
    await this.#agree(`Delete all rows of ${tables.join(', ')}?`);
    for (const table of tables) await this.#options.target.clear(TABLES[table], signal);
    this.#runId = randomUUID();
  }

  /** Drops the tables, after `confirm` said yes. */
  async dropAll(tables: readonly TableName[] = TABLE_NAMES, signal?: AbortSignal): Promise<void> {
    await this.#agree(`Drop the tables ${tables.join(', ')}?`);
    for (const table of tables) await this.#options.target.drop(TABLES[table], signal);
    this.#runId = randomUUID();
  }

  /** What the tables hold now. */
  async getStats(tables: readonly TableName[] = TABLE_NAMES, signal?: AbortSignal): Promise<Partial<Record<TableName, TableStats>>> {
    const found: Partial<Record<TableName, TableStats>> = {};
    for (const table of tables) found[table] = await this.#options.target.stats(TABLES[table], signal);
    return found;
  }

  async #agree(question: string): Promise<void> {
    if (this.#options.confirm === undefined || !(await this.#options.confirm(question)))
      throw new BqsyncError('BQS_USAGE', 'nothing was deleted: nobody agreed', { hint: 'answer yes, or confirm in advance with --yes' });
  }
}
