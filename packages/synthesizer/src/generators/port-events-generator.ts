import { type CallFilter, defaultShareOfCalls, portEvents, shareOfCalls } from '../data/port-events.ts';
import type { PortEventRow } from '../data/rows.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { TimeRange } from '../time/micros.ts';
import { WrittenTable } from './written-table.ts';

/** Port events of the fleet. Adjoining ranges give the rows of their union, in order of time. */
export class PortEventsGenerator extends WrittenTable<'port_events'> {
  readonly #fleet: Fleet;
  readonly #reported: CallFilter;

  constructor(options: { readonly fleet: Fleet; readonly reported?: CallFilter | undefined; readonly batchRows?: number | undefined }) {
    super('port_events', options.batchRows);
    this.#fleet = options.fleet;
    this.#reported = options.reported ?? shareOfCalls(options.fleet, defaultShareOfCalls(options.fleet));
  }

  override rows(range: TimeRange): Iterable<PortEventRow> {
    return portEvents(this.#fleet, range, this.#reported);
  }
}
