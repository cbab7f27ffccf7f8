import { DAY, floorDivide, HOUR, MINUTE, SECOND } from './civil-time.ts';

/** Offsets from UTC of a zone, in microseconds. */
type Offsets = (instant: bigint) => bigint;

const OFFSET = /^(?:UTC)?([+-])(\d{1,2})(?::?(\d{1,2}))?$/;
const zones = new Map<string, Offsets>();

/** The zone of a name (`Europe/Zurich`), or of an offset (`+02`, `UTC-3:30`); throws where there is none. */
function zoneOf(name: string): Offsets {
  const known = zones.get(name);
  if (known) return known;
  const made = makeZone(name);
  zones.set(name, made);
  return made;
}

function makeZone(name: string): Offsets {
  const fixed = OFFSET.exec(name);
  if (fixed) {
    const [hours, minutes] = [BigInt(fixed[2] ?? 0), BigInt(fixed[3] ?? 0)];
    const offset = hours * HOUR + minutes * MINUTE;
    if (minutes > 59n || offset > 14n * HOUR) throw new Error(`Invalid time zone: ${name}`);
    return () => (fixed[1] === '-' ? -offset : offset);
  }
  if (name === 'UTC' || name === 'Z') return () => 0n;
  // What names an offset in another way is no name to Google's engine.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) throw new Error(`Invalid time zone: ${name}`);
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    throw new Error(`Invalid time zone: ${name}`, { cause: error });
  }
  return (instant) => {
    const seconds = floorDivide(instant, SECOND);
    const parts = new Map(format.formatToParts(Number(seconds) * 1000).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const local = new Date(0);
    local.setUTCFullYear(year, part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return (BigInt(local.getTime()) / 1000n - seconds) * SECOND;
  };
}

/** Throws where a zone's name is none. */
export function checkZone(name: string): void {
  zoneOf(name);
}

/** The civil time in a zone at an instant, as microseconds as if it were UTC. */
export const toCivil = (instant: bigint, zone: string): bigint => instant + zoneOf(zone)(instant);

export const offsetAt = (instant: bigint, zone: string): bigint => zoneOf(zone)(instant);

/** The instant of a civil time; one that is skipped, or that comes twice, is taken by the offset before the change. */
export function fromCivil(civil: bigint, zone: string): bigint {
  const offsets = zoneOf(zone);
  const [before, after] = [offsets(civil - DAY), offsets(civil + DAY)];
  const early = civil - before;
  if (before === after || offsets(early) === before) return early;
  const late = civil - after;
  return offsets(late) === after ? late : early;
}
