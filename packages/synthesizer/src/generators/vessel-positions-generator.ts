import { positions } from '../data/positions.ts';
import { defaultSampling, type PositionSampling } from '../data/sampling.ts';
import type { VesselPositionRow } from '../data/rows.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { TimeRange } from '../time/micros.ts';
import { WrittenTable } from './written-table.ts';

/** Positions of the fleet. Adjoining ranges give the rows of their union, in order of time. */
export class VesselPositionsGenerator extends WrittenTable<'vessel_positions'> {
  readonly #fleet: Fleet;
  readonly #sampling: PositionSampling;

  constructor(options: {
    readonly fleet: Fleet;
    readonly sampling?: PositionSampling | undefined;
    readonly batchRows?: number | undefined;
  }) {
    super('vessel_positions', options.batchRows);
    this.#fleet = options.fleet;
    this.#sampling = options.sampling ?? defaultSampling(options.fleet);
  }

  override rows(range: TimeRange): Iterable<VesselPositionRow> {
    return positions(this.#fleet, range, this.#sampling);
  }
}
