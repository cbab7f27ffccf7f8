import type { TableName } from '../data/rows.ts';
import type { TimeRange } from '../time/micros.ts';
import type { DataTarget, WriteMode } from '../writers/data-target.ts';

/** Asks a person; resolves to what they said. */
export type Confirm = (question: string) => Promise<boolean>;

export interface GeneratorConfig {
  readonly target: DataTarget;
  /** Default `load`. */
  readonly mode?: WriteMode | undefined;
  /**
   * Names this run of the generator: the same rows written twice under one run are there once, in a later process too, so keep it with
   * your state. Choose a new one after the tables were cleared. Default: random.
   */
  readonly runId?: string | undefined;
  /** Asked before rows are deleted. Without it nothing is. */
  readonly confirm?: Confirm | undefined;
}

export interface GeneratorStats {
  readonly table: TableName;
  readonly rowsGenerated: number;
  readonly rowsWritten: number;
  readonly batchesWritten: number;
}

/**
 * Makes and writes the rows of one table.
 *
 * @example
 * const generator = new VesselPositionsGenerator({ fleet: createFleet({ seed: 7, vessels: 500 }) });
 * await generator.initialize({ target: bigQueryTarget({ projectId, dataset }) });
 * for await (const rows of generator.generate(timeRange('2026-08-01', '2026-08-02'))) await generator.write(rows);
 */
export interface TableGenerator<Row> {
  /** Connects, and creates or checks the table. Can be repeated. */
  initialize(config: GeneratorConfig): Promise<void>;
  /** The rows of a range in batches, a pure function of fleet and range. Needs no `initialize`. */
  generate(range: TimeRange): AsyncIterable<Row[]>;
  /** Writes a batch, retried while that may help. Writing the same rows again under the same run changes nothing. */
  write(rows: Row[]): Promise<void>;
  /** Deletes all rows of the table, after `confirm` said yes. */
  clear(): Promise<void>;
  getStats(): GeneratorStats;
}
