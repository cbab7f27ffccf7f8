import { defaultSampling, type PositionSampling, ReportCursor } from '../data/sampling.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { TABLES } from '../tables/definitions.ts';
import { DAY, dateOf, type Micros, reportDate, SECOND, type TimeRange } from '../time/micros.ts';
import { emptyState, NAVIGATION_STATUS, type VesselState } from '../voyage/vessel-state.ts';
import { putAscii, putOneDecimal, putPiece, putSixDecimals, putSixDigits, putTwoDigits, putWhole } from './put.ts';
import { utf8 } from './utf8.ts';

/** Whole lines of NDJSON. */
export interface Lines {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

const CHUNK = 65_536;
/** Names of vessels and ports are a few words: a line has some 400 bytes. */
const LONGEST_LINE = 1024;
const POINT = 46;
const COLON = 58;

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
    const bytes = new Uint8Array(CHUNK);
    let rows = 0;
    let length = 0;
    while (length < CHUNK - LONGEST_LINE && this.#reports.next()) {
      length = this.#put(bytes, length, this.#reports.vessel, this.#reports.at);
      rows++;
    }
    return { rows, bytes: bytes.subarray(0, length) };
  }

  #put(bytes: Uint8Array, start: number, vessel: number, instant: Micros): number {
    const day = Math.floor(instant / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#start = utf8(`${this.#opening}${dateOf(day)}T`);
      this.#end = utf8(`,"report_date":"${reportDate(instant)}"}\n`);
    }
    const state = this.#fleet.stateAt(vessel, instant, this.#state);
    let at = putPiece(bytes, start, this.#start);
    at = putClock(bytes, at, instant - day * DAY);
    at = putPiece(bytes, at, (this.#vessels[vessel] ??= vesselPiece(this.#fleet, vessel)));
    at = putState(bytes, at, state);
    return putPiece(bytes, at, this.#end);
  }
}

/** `HH:MM:SS.ffffff` */
function putClock(bytes: Uint8Array, start: number, inDay: Micros): number {
  const seconds = Math.floor(inDay / SECOND);
  const at = putTime(bytes, start, seconds);
  bytes[at] = POINT;
  return putSixDigits(bytes, at + 1, inDay - seconds * SECOND);
}

/** `HH:MM:SS` of the seconds since midnight. */
function putTime(bytes: Uint8Array, start: number, seconds: number): number {
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  putTwoDigits(bytes, start, hours);
  bytes[start + 2] = COLON;
  putTwoDigits(bytes, start + 3, minutes - hours * 60);
  bytes[start + 5] = COLON;
  return putTwoDigits(bytes, start + 6, seconds - minutes * 60);
}

function putState(bytes: Uint8Array, start: number, state: VesselState): number {
  let at = putOneDecimal(bytes, start, state.draft);
  at = putPiece(bytes, at, LATITUDE);
  at = putSixDecimals(bytes, at, state.latitude);
  at = putPiece(bytes, at, LONGITUDE);
  at = putSixDecimals(bytes, at, state.longitude);
  at = putPiece(bytes, at, SPEED);
  at = putOneDecimal(bytes, at, state.speedKnots);
  at = putPiece(bytes, at, COURSE);
  at = putWhole(bytes, at, state.course);
  at = putPiece(bytes, at, HEADING);
  at = putWhole(bytes, at, state.heading);
  at = putPiece(bytes, at, WHERE_TO[state.port * NAVIGATION_STATUS.length + NAVIGATION_STATUS.indexOf(state.status)] as Uint8Array);
  return state.eta === undefined ? putPiece(bytes, at, NULL) : putEta(bytes, at, state.eta);
}

/** An ETA is to the minute. */
function putEta(bytes: Uint8Array, start: number, eta: Micros): number {
  const day = Math.floor(eta / DAY);
  let at = putAscii(bytes, start, '"');
  at = putAscii(bytes, at, dateOf(day));
  at = putAscii(bytes, at, 'T');
  at = putTime(bytes, at, (eta - day * DAY) / SECOND);
  return putPiece(bytes, at, NO_FRACTION);
}
