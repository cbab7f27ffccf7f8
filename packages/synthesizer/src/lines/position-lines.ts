import { defaultSampling, type PositionSampling, ReportCursor } from '../data/sampling.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { TABLES } from '../tables/definitions.ts';
import { DAY, dateOf, type Micros, reportDate, SECOND, type TimeRange } from '../time/micros.ts';
import { emptyState, NAVIGATION_STATUS, type VesselState } from '../voyage/vessel-state.ts';
import { LineBuffer } from './line-buffer.ts';
import { utf8 } from './utf8.ts';

/** Whole lines of NDJSON. */
export interface Lines {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

const CHUNK = 65_536;
/** More than a line is without its vessel's columns. */
const REST_OF_LINE = 512;

/** The fields of an object as they stand between its braces. */
const fields = (row: object): string => JSON.stringify(row).slice(1, -1);

/** Of status and destination there are few pairs: those of a port begin at its position in `PORTS` times the number of statuses. */
const WHERE_TO = PORTS.flatMap(({ name }) => NAVIGATION_STATUS.map((status) => utf8(`,${fields({ status, destination: name })},"eta":`)));
const LATITUDE = utf8(',"latitude":');
const LONGITUDE = utf8(',"longitude":');
const SPEED = utf8(',"speed_knots":');
const COURSE = utf8(',"course":');
const HEADING = utf8(',"heading":');
const NULL = utf8('null');
const NO_FRACTION = utf8('.000000Z"');

/** The pieces of the vessels of a fleet, for as long as the fleet is there. */
const VESSEL_PIECES = new WeakMap<Fleet, Uint8Array[]>();

/** What stands between the instant of a report and its draft: the columns that a vessel never changes. */
function vesselPiece(fleet: Fleet, index: number): Uint8Array {
  const { mmsi, imo, name, type, flag, lengthMetres, beamMetres } = fleet.vessel(index);
  const columns = { mmsi, imo, vessel_name: name, vessel_type: type, flag, length: lengthMetres, beam: beamMetres };
  return utf8(`Z",${fields(columns)},"draft":`);
}

/**
 * The rows of `positions` as NDJSON, byte for byte what JSON.stringify makes of them, in chunks of some 64 kB: written from the
 * vessels' states at once, which takes a fraction of the time of making objects and reading them again.
 */
export function* positionLines(
  fleet: Fleet,
  range: TimeRange,
  sampling: PositionSampling = defaultSampling(fleet),
  tagged = false,
): Generator<Lines, void, undefined> {
  const maker = new LineMaker(fleet, new ReportCursor(fleet, range, sampling), tagged);
  for (let lines = maker.next(); lines.rows > 0; lines = maker.next()) yield lines;
}

class LineMaker {
  readonly #fleet: Fleet;
  readonly #reports: ReportCursor;
  readonly #opening: string;
  readonly #vessels: Uint8Array[];
  readonly #state = emptyState();
  #day = Number.NaN;
  #start = utf8('');
  #end = utf8('');

  constructor(fleet: Fleet, reports: ReportCursor, tagged: boolean) {
    this.#fleet = fleet;
    this.#reports = reports;
    this.#opening = tagged ? `{"table":"${TABLES.vessel_positions.name}","timestamp":"` : '{"timestamp":"';
    this.#vessels = VESSEL_PIECES.get(fleet) ?? [];
    VESSEL_PIECES.set(fleet, this.#vessels);
  }

  /** The next lines; none if there are no more reports. */
  next(): Lines {
    const line = new LineBuffer(CHUNK);
    let rows = 0;
    while (line.length < CHUNK - 2 * REST_OF_LINE && this.#reports.next()) {
      this.#put(line, this.#reports.vessel, this.#reports.at);
      rows++;
    }
    return { rows, bytes: line.bytes.subarray(0, line.length) };
  }

  #put(line: LineBuffer, vessel: number, at: Micros): void {
    const day = Math.floor(at / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#start = utf8(`${this.#opening}${dateOf(day)}T`);
      this.#end = utf8(`,"report_date":"${reportDate(at)}"}\n`);
    }
    const state = this.#fleet.stateAt(vessel, at, this.#state);
    line.piece(this.#start);
    clock(line, at - day * DAY);
    line.piece((this.#vessels[vessel] ??= vesselPiece(this.#fleet, vessel)));
    line.oneDecimal(state.draft);
    voyage(line, state);
    line.piece(this.#end);
  }
}

/** `HH:MM:SS.ffffff` */
function clock(line: LineBuffer, inDay: Micros): void {
  const seconds = Math.floor(inDay / SECOND);
  clockTime(line, seconds);
  line.ascii('.');
  line.sixDigits(inDay - seconds * SECOND);
}

/** `HH:MM:SS` of the seconds since midnight. */
function clockTime(line: LineBuffer, seconds: number): void {
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  line.twoDigits(hours);
  line.ascii(':');
  line.twoDigits(minutes - hours * 60);
  line.ascii(':');
  line.twoDigits(seconds - minutes * 60);
}

function voyage(line: LineBuffer, state: VesselState): void {
  line.piece(LATITUDE);
  line.sixDecimals(state.latitude);
  line.piece(LONGITUDE);
  line.sixDecimals(state.longitude);
  line.piece(SPEED);
  line.oneDecimal(state.speedKnots);
  line.piece(COURSE);
  line.whole(state.course);
  line.piece(HEADING);
  line.whole(state.heading);
  line.piece(WHERE_TO[state.port * NAVIGATION_STATUS.length + NAVIGATION_STATUS.indexOf(state.status)] as Uint8Array);
  if (state.eta === undefined) line.piece(NULL);
  else eta(line, state.eta);
}

/** An ETA is to the minute. */
function eta(line: LineBuffer, at: Micros): void {
  const day = Math.floor(at / DAY);
  line.ascii('"');
  line.ascii(dateOf(day));
  line.ascii('T');
  clockTime(line, (at - day * DAY) / SECOND);
  line.piece(NO_FRACTION);
}
