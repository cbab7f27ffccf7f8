import type { VesselMetadataRow } from '../data/rows.ts';
import { metadataSnapshot, metadataUpdates } from '../data/vessel-metadata.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { TimeRange } from '../time/micros.ts';
import { type WriteOptions, WrittenTable } from './written-table.ts';

/**
 * Metadata of the fleet. `generate(range)` gives the table as it is at the end of the range, one row for each vessel: write that once.
 * Later changes go through `updates` and `writeUpdates`, which keep one row a vessel.
 */
export class VesselMetadataGenerator extends WrittenTable<'vessel_metadata'> {
  readonly #fleet: Fleet;

  constructor(options: { readonly fleet: Fleet; readonly batchRows?: number | undefined }) {
    super('vessel_metadata', options.batchRows);
    this.#fleet = options.fleet;
  }

  override rows(range: TimeRange): Iterable<VesselMetadataRow> {
    return metadataSnapshot(this.#fleet, range.end - 1);
  }

  /** The records that changed in a range. Adjoining ranges give the updates of their union, in order of time. */
  updates(range: TimeRange): Iterable<VesselMetadataRow> {
    return metadataUpdates(this.#fleet, range);
  }

  /** Brings rows up to date in place. Repeating it changes nothing. */
  async writeUpdates(rows: readonly VesselMetadataRow[], options: WriteOptions = {}): Promise<void> {
    if (rows.length === 0) return;
    await this.connected().target.update(this.table, rows, options.signal);
    this.countWritten(rows.length);
  }
}
