import { civilOf, DAY, daysOf, floorDivide, HOUR, MINUTE, SECOND } from './civil-time.ts';
import { fromCivil, offsetAt, toCivil } from './time-zone.ts';

const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ELEMENT = /%(E\*S|E[0-6]S|E4Y|Ez|Q|.|$)/gs;
/** Elements that are others together. */
const COMPOUND: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  c: '%a %b %e %H:%M:%S %Y',
};

const two = (n: number): string => String(n).padStart(2, '0');

function unknownElement(element: string): Error {
  return new Error(`Not supported by the local BigQuery: the format element %${element}`);
}

/** `+0200`, or with a colon. */
function offsetText(offset: bigint, separator: string): string {
  const minutes = Number((offset < 0n ? -offset : offset) / MINUTE);
  return `${offset < 0n ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

/** `+2`, or `+5:30`: as Google's engine writes a zone after UTC. */
function shortOffset(offset: bigint): string {
  const minutes = Number((offset < 0n ? -offset : offset) / MINUTE);
  return `${offset < 0n ? '-' : '+'}${String(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : `:${two(minutes % 60)}`}`;
}

const expanded = (pattern: string): string => pattern.replaceAll(/%(%|[FTRDXxc])/g, (all, element: string) => COMPOUND[element] ?? all);

const dayOfYear = (instant: bigint, year: number): number => Number(floorDivide(instant, DAY) - (daysOf(year, 1, 1) ?? 0n)) + 1;

/** The week that a day is in by ISO 8601, and the year that the week belongs to: that of its Thursday. */
function isoWeek(instant: bigint): { year: number; week: number } {
  const { weekday } = civilOf(instant);
  const thursday = instant + BigInt(4 - (weekday === 0 ? 7 : weekday)) * DAY;
  const { year } = civilOf(thursday);
  return { year, week: Math.floor((dayOfYear(thursday, year) - 1) / 7) + 1 };
}

/** FORMAT_TIMESTAMP and its like, for an instant in microseconds; `type` is the function's. */
export function formatPattern(pattern: string, moment: bigint, type: string, zone = 'UTC'): string {
  const instant = toCivil(moment, zone);
  const c = civilOf(instant);
  const micros = String(c.micros).padStart(6, '0');
  return expanded(pattern).replaceAll(ELEMENT, (_, element: string) => {
    switch (element) {
      case 'Y':
        return String(c.year);
      case 'E4Y':
        return String(c.year).padStart(4, '0');
      case 'y':
        return two(c.year % 100);
      case 'm':
        return two(c.month);
      case 'd':
        return two(c.day);
      case 'e':
        return String(c.day).padStart(2, ' ');
      case 'H':
        return two(c.hour);
      case 'k':
        return String(c.hour).padStart(2, ' ');
      case 'l':
        return String(c.hour % 12 === 0 ? 12 : c.hour % 12).padStart(2, ' ');
      case 'P':
        return c.hour < 12 ? 'am' : 'pm';
      case 'C':
        return two(Math.floor(c.year / 100));
      case 'Q':
        return String(Math.floor((c.month - 1) / 3) + 1);
      case 'U':
        return two(Math.floor((dayOfYear(instant, c.year) + 6 - c.weekday) / 7));
      case 'W':
        return two(Math.floor((dayOfYear(instant, c.year) + 6 - ((c.weekday + 6) % 7)) / 7));
      case 'V':
        return two(isoWeek(instant).week);
      case 'J':
        return String((isoWeek(instant).week - 1) * 7 + (c.weekday === 0 ? 7 : c.weekday)).padStart(3, '0');
      case 'G':
        return String(isoWeek(instant).year);
      case 'g':
        return two(isoWeek(instant).year % 100);
      case 'E0S':
        return two(c.second);
      case 'I':
        return two(c.hour % 12 === 0 ? 12 : c.hour % 12);
      case 'M':
        return two(c.minute);
      case 'S':
        return two(c.second);
      case 'p':
        return c.hour < 12 ? 'AM' : 'PM';
      case 'E*S':
        return `${two(c.second)}${c.micros === 0 ? '' : `.${micros.replace(/0+$/, '')}`}`;
      case 'j':
        return String(dayOfYear(instant, c.year)).padStart(3, '0');
      case 'B':
        return MONTHS[c.month - 1] ?? '';
      case 'b':
      case 'h':
        return (MONTHS[c.month - 1] ?? '').slice(0, 3);
      case 'A':
        return WEEKDAYS[c.weekday] ?? '';
      case 'a':
        return (WEEKDAYS[c.weekday] ?? '').slice(0, 3);
      case 'u':
        return String(c.weekday === 0 ? 7 : c.weekday);
      case 'w':
        return String(c.weekday);
      case 's':
        return String(floorDivide(moment, SECOND));
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '%':
        return '%';
    }
    if (type === 'TIMESTAMP' && element === 'Z') return zone === 'UTC' ? 'UTC' : `UTC${shortOffset(offsetAt(moment, zone))}`;
    if (type === 'TIMESTAMP' && element === 'z') return offsetText(offsetAt(moment, zone), '');
    if (type === 'TIMESTAMP' && element === 'Ez') return offsetText(offsetAt(moment, zone), ':');
    const digits = /^E([1-6])S$/.exec(element)?.[1];
    if (digits === undefined) throw unknownElement(element);
    return `${two(c.second)}.${micros.slice(0, Number(digits))}`;
  });
}

const CAPTURES: Readonly<Record<string, string>> = {
  Y: String.raw`(?<year>\d{1,4})`,
  E4Y: String.raw`(?<year>\d{4})`,
  m: String.raw`(?<month>\d{1,2})`,
  d: String.raw`\s*(?<day>\d{1,2})`,
  e: String.raw`\s*(?<day>\d{1,2})`,
  H: String.raw`(?<hour>\d{1,2})`,
  M: String.raw`(?<minute>\d{1,2})`,
  S: String.raw`(?<second>\d{1,2})`,
  'E*S': String.raw`(?<second>\d{1,2})(?:\.(?<fraction>\d{1,6}))?`,
  k: String.raw`\s*(?<hour>\d{1,2})`,
  l: String.raw`\s*(?<hour12>\d{1,2})`,
  j: String.raw`(?<dayOfYear>\d{1,3})`,
  P: '(?<half>[AaPp][Mm])',
  Ez: String.raw`(?<sign>[+-])(?<zoneHours>\d{2}):?(?<zoneMinutes>\d{2})`,
  z: String.raw`(?<sign>[+-])(?<zoneHours>\d{2}):?(?<zoneMinutes>\d{2})`,
  Z: '(?<zone>UTC)',
  B: `(?<monthName>${MONTHS.join('|')}|${MONTHS.map((m) => m.slice(0, 3)).join('|')})`,
  b: `(?<monthName>${MONTHS.join('|')}|${MONTHS.map((m) => m.slice(0, 3)).join('|')})`,
  h: `(?<monthName>${MONTHS.join('|')}|${MONTHS.map((m) => m.slice(0, 3)).join('|')})`,
  A: `(?:${WEEKDAYS.join('|')}|${WEEKDAYS.map((d) => d.slice(0, 3)).join('|')})`,
  a: `(?:${WEEKDAYS.join('|')}|${WEEKDAYS.map((d) => d.slice(0, 3)).join('|')})`,
  y: String.raw`(?<shortYear>\d{1,2})`,
  I: String.raw`(?<hour12>\d{1,2})`,
  p: '(?<half>[AaPp][Mm])',
  s: String.raw`(?<epoch>-?\d+)`,
  n: String.raw`\s+`,
  t: String.raw`\s+`,
  '%': '%',
};

/** PARSE_TIMESTAMP and its like; microseconds since 1970. */
export function parsePattern(pattern: string, text: string, type: string, zone = 'UTC'): bigint {
  const source = expanded(pattern)
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, (c, at: number, all: string) => (all.slice(at - 2, at) === '%E' ? c : `\\${c}`))
    .replaceAll(ELEMENT, (_, element: string) => {
      const digits = /^E([0-6])S$/.exec(element)?.[1];
      const capture = digits === undefined ? CAPTURES[element] : CAPTURES['E*S']?.replace('{1,6}', `{0,${digits}}`);
      if (capture === undefined) throw unknownElement(element);
      return capture;
    })
    // A blank stands for any number of them.
    .replaceAll(/ +/g, String.raw`\s*`);
  const groups = new RegExp(`^\\s*${source}\\s*$`, 'i').exec(text)?.groups;
  const part = (name: string, missing: number): number => Number(groups?.[name] ?? missing);
  const epoch = groups?.['epoch'];
  if (epoch !== undefined) return BigInt(epoch) * SECOND;
  const short = groups?.['shortYear'];
  // Two digits of a year: 69 to 99 are of the 20th century.
  const year = short === undefined ? part('year', 1970) : Number(short) + (Number(short) < 69 ? 2000 : 1900);
  const named = groups?.['monthName']?.slice(0, 3).toLowerCase();
  const month = named === undefined ? part('month', 1) : MONTHS.findIndex((m) => m.slice(0, 3).toLowerCase() === named) + 1;
  const ordinal = groups?.['dayOfYear'];
  const first = groups && daysOf(year, ordinal === undefined ? month : 1, ordinal === undefined ? part('day', 1) : 1);
  const days = first === undefined || ordinal === undefined ? first : first + BigInt(ordinal) - 1n;
  if (days !== undefined && ordinal !== undefined && (ordinal === '0' || civilOf(days * DAY).year !== year))
    throw new Error(`Failed to parse input string ${JSON.stringify(text)} as ${type}`);
  const hour12 = part('hour12', 0);
  if (groups?.['hour12'] !== undefined && (hour12 < 1 || hour12 > 12))
    throw new Error(`Failed to parse input string ${JSON.stringify(text)} as ${type}`);
  const half = groups?.['half']?.toLowerCase();
  const hour = groups?.['hour12'] === undefined ? part('hour', 0) : (hour12 % 12) + (half === 'pm' ? 12 : 0);
  const [minute, second] = [part('minute', 0), part('second', 0)];
  if (groups === undefined || days === undefined || hour > 23 || minute > 59 || second > 59)
    throw new Error(`Failed to parse input string ${JSON.stringify(text)} as ${type}`);
  const local =
    days * DAY +
    BigInt(hour) * HOUR +
    BigInt(minute) * MINUTE +
    BigInt(second) * SECOND +
    BigInt((groups['fraction'] ?? '').padEnd(6, '0'));
  if (groups['sign'] === undefined) return groups['zone'] === undefined ? fromCivil(local, zone) : local;
  const offset = BigInt(part('zoneHours', 0)) * HOUR + BigInt(part('zoneMinutes', 0)) * MINUTE;
  return groups['sign'] === '-' ? local + offset : local - offset;
}
