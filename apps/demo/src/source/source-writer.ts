import {
  bigQueryTarget,
  type Micros,
  PortEventsGenerator,
  type ScenarioData,
  TABLE_NAMES,
  type TableName,
  type TimeRange,
  VesselMetadataGenerator,
  VesselPositionsGenerator,
} from '@bqsync/synthesizer';
import { DATASET, PROJECT } from './connection.ts';
import type { Rate, Segment, WrittenData } from './written-data.ts';

export interface WriterOptions {
  readonly apiEndpoint: string;
  readonly runId: string;
  readonly written: WrittenData;
}

/** Rows that one write added; of `vessel_metadata`, which has one row a vessel, rows that it changed. */
export type RowsWritten = Readonly<Record<TableName, number>>;

const NO_ROWS: RowsWritten = { vessel_positions: 0, port_events: 0, vessel_metadata: 0 };

export function allRows(rows: RowsWritten): number {
  return TABLE_NAMES.reduce((sum, table) => sum + rows[table], 0);
}

/** More rows than this go by a load job, as a backlog should; fewer as streaming inserts. */
const STREAMED_ROWS = 2_000;

/** The synthesizer on the official client: writes the scenario, then continuous data. */
export class SourceWriter {
  readonly #written: WrittenData;
  readonly #events: PortEventsGenerator;
  readonly #metadata: VesselMetadataGenerator;
  readonly #positions: Readonly<Record<Rate, VesselPositionsGenerator>>;

  private constructor(written: WrittenData) {
    const { fleet, reported } = written.scenario;
    this.#written = written;
    this.#events = new PortEventsGenerator({ fleet, reported });
    this.#metadata = new VesselMetadataGenerator({ fleet });
    const positions = (rate: Rate) => new VesselPositionsGenerator({ fleet, sampling: written.samplingOf(rate) });
    this.#positions = { scenario: positions('scenario'), live: positions('live') };
  }

  /** Connects, and creates the tables where they are missing. */
  static async connect({ apiEndpoint, runId, written }: WriterOptions): Promise<SourceWriter> {
    const writer = new SourceWriter(written);
    const target = bigQueryTarget({ projectId: PROJECT, dataset: DATASET, apiEndpoint, credentials: 'none' });
    const { scenario, live } = writer.#positions;
    for (const generator of [scenario, live, writer.#events, writer.#metadata]) await generator.initialize({ target, runId });
    return writer;
  }

  /** Writes all rows of the scenario by load jobs. Doing it again changes nothing. */
  async writeScenario(onRows: (table: TableName, rows: number) => void, signal: AbortSignal): Promise<void> {
    const { range }: ScenarioData = this.#written.scenario;
    const options = { mode: 'load', replay: true, signal } as const;
    for (const table of TABLE_NAMES) {
      if (table === 'vessel_positions') {
        const generator = this.#positions.scenario;
        for await (const rows of generator.generate(range)) {
          await generator.write(rows, options);
          onRows(table, rows.length);
        }
      } else if (table === 'port_events') {
        for await (const rows of this.#events.generate(range)) {
          await this.#events.write(rows, options);
          onRows(table, rows.length);
        }
      } else {
        for await (const rows of this.#metadata.generate(range)) {
          await this.#metadata.write(rows, options);
          onRows(table, rows.length);
        }
      }
    }
  }

  /** Writes what an earlier run had begun, and has not seen acknowledged. */
  async finishPending(): Promise<RowsWritten> {
    const { pending } = this.#written;
    return pending === undefined ? NO_ROWS : this.#write(pending, true);
  }

  /** Writes everything from the recorded position up to an instant. */
  async writeUpTo(end: Micros, rate: Rate): Promise<RowsWritten> {
    const start = this.#written.position;
    if (end <= start) return NO_ROWS;
    const segment = { start, end, rate };
    this.#written.begin(segment);
    return this.#write(segment, false);
  }

  async #write(segment: Segment, replay: boolean): Promise<RowsWritten> {
    const written = {
      vessel_positions: await appendAll(this.#positions[segment.rate], segment, replay),
      port_events: await appendAll(this.#events, segment, replay),
      vessel_metadata: await this.#update(segment),
    };
    this.#written.commit();
    return written;
  }

  async #update(range: TimeRange): Promise<number> {
    const rows = [...this.#metadata.updates(range)];
    await this.#metadata.writeUpdates(rows);
    return rows.length;
  }
}

async function appendAll<Row>(generator: Appending<Row>, range: TimeRange, replay: boolean): Promise<number> {
  let written = 0;
  for await (const rows of generator.generate(range)) {
    await generator.write(rows, { mode: rows.length > STREAMED_ROWS ? 'load' : 'stream', replay });
    written += rows.length;
  }
  return written;
}

interface Appending<Row> {
  generate(range: TimeRange): AsyncIterable<Row[]>;
  write(rows: Row[], options: { readonly mode: 'load' | 'stream'; readonly replay: boolean }): Promise<void>;
}
