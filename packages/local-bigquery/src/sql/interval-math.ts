import { checkedInterval, type Interval, parseIntervalText } from './interval.ts';

const DAYS_PER_MONTH = 30;
const DAY = 86_400_000_000n;

/** The place of an interval among others: a month counts as 30 days, a day as 24 hours. */
export const intervalRank = ({ months, days, micros }: Interval): bigint => BigInt(months * DAYS_PER_MONTH + days) * DAY + micros;

export function requireInterval(interval: Interval | undefined, what: string): Interval {
  if (interval === undefined) throw new Error(`${what}: an INTERVAL is out of the range of 10,000 years`);
  return interval;
}

export const addIntervals = (a: Interval, b: Interval, sign: 1 | -1): Interval =>
  requireInterval(
    checkedInterval(a.months + sign * b.months, a.days + sign * b.days, a.micros + BigInt(sign) * b.micros),
    'INTERVAL addition',
  );

/** Exact: a factor too large for the parts is too large for the result. */
export function timesInterval({ months, days, micros }: Interval, factor: bigint): Interval {
  const [wholeMonths, wholeDays] = [BigInt(months) * factor, BigInt(days) * factor];
  return requireInterval(checkedInterval(Number(wholeMonths), Number(wholeDays), micros * factor), 'INTERVAL multiplication');
}

/** What is left of the months is divided as days, what is left of those as time. */
export function divideInterval({ months, days, micros }: Interval, divisor: bigint): Interval {
  if (divisor === 0n) throw new Error('division by zero: INTERVAL / 0');
  const wholeMonths = BigInt(months) / divisor;
  const allDays = BigInt(days) + (BigInt(months) % divisor) * BigInt(DAYS_PER_MONTH);
  const time = micros + (allDays % divisor) * DAY;
  return requireInterval(checkedInterval(Number(wholeMonths), Number(allDays / divisor), time / divisor), 'INTERVAL division');
}

const sameSign = (large: bigint, small: bigint, size: bigint): [bigint, bigint] =>
  large > 0n && small < 0n ? [large - 1n, small + size] : large < 0n && small > 0n ? [large + 1n, small - size] : [large, small];

export function justifyHours({ months, days, micros }: Interval): Interval {
  const [wholeDays, rest] = sameSign(BigInt(days) + micros / DAY, micros % DAY, DAY);
  return requireInterval(checkedInterval(months, Number(wholeDays), rest), 'JUSTIFY_HOURS');
}

export function justifyDays({ months, days, micros }: Interval): Interval {
  const size = BigInt(DAYS_PER_MONTH);
  const [wholeMonths, rest] = sameSign(BigInt(months) + BigInt(days) / size, BigInt(days) % size, size);
  return requireInterval(checkedInterval(Number(wholeMonths), Number(rest), micros), 'JUSTIFY_DAYS');
}

/** All parts with one sign: the hours move into days, these into months. */
export function justifyInterval(interval: Interval): Interval {
  const size = BigInt(DAYS_PER_MONTH);
  const allDays = BigInt(interval.days) + interval.micros / DAY;
  let micros = interval.micros % DAY;
  let months = BigInt(interval.months) + allDays / size;
  let days = allDays % size;
  if (months > 0n && (days < 0n || (days === 0n && micros < 0n))) [months, days] = [months - 1n, days + size];
  else if (months < 0n && (days > 0n || (days === 0n && micros > 0n))) [months, days] = [months + 1n, days - size];
  [days, micros] = sameSign(days, micros, DAY);
  return requireInterval(checkedInterval(Number(months), Number(days), micros), 'JUSTIFY_INTERVAL');
}

/** `P1Y2M3DT4H5M6.7S`, as TO_JSON writes it. */
export function intervalIso({ months, days, micros }: Interval): string {
  const part = (count: number | bigint, unit: string): string => (count === 0 || count === 0n ? '' : `${String(count)}${unit}`);
  const date = part(Math.trunc(months / 12), 'Y') + part(months % 12, 'M') + part(days, 'D');
  const absolute = micros < 0n ? -micros : micros;
  const sign = micros < 0n ? '-' : '';
  const rest = absolute % 60_000_000n;
  const fraction =
    rest % 1_000_000n === 0n
      ? ''
      : `.${String(rest % 1_000_000n)
          .padStart(6, '0')
          .replace(/0+$/, '')}`;
  const seconds = rest === 0n ? '' : `${sign}${String(rest / 1_000_000n)}${fraction}S`;
  const [hours, minutes] = [absolute / 3_600_000_000n, (absolute / 60_000_000n) % 60n];
  const time = `${hours === 0n ? '' : `${sign}${String(hours)}H`}${minutes === 0n ? '' : `${sign}${String(minutes)}M`}${seconds}`;
  if (date === '' && time === '') return 'P0Y';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}

const NUMBER = String.raw`([+-]?\d+)`;
const ISO = new RegExp(
  `^P(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:([+-]?)(\\d+)(?:[.,](\\d{1,9}))?S)?)?$`,
);

/** The text of a cast: the canonical form, a part of it that can mean one thing only, or an ISO 8601 duration. */
export function parseInterval(text: string): Interval | undefined {
  if (text.startsWith('P')) return parseIso(text);
  const blanks = text.split(' ').length - 1;
  const dashes = (text.slice(1).match(/-/g) ?? []).length;
  const colons = (text.match(/:/g) ?? []).length;
  const dated = /^[+-]?\d+-\d+( |$)/.test(text);
  if (dated && blanks === 0) return parseIntervalText(text, 'YEAR', 'MONTH');
  if (dated && blanks === 1 && dashes >= 1 && colons === 0) return parseIntervalText(text, 'YEAR', 'DAY');
  if (dated && blanks === 2 && colons === 2) return parseIntervalText(text, 'YEAR', 'SECOND');
  if (!dated && blanks === 1 && colons === 2) return parseIntervalText(text, 'DAY', 'SECOND');
  return !dated && blanks === 0 && colons === 2 ? parseIntervalText(text, 'HOUR', 'SECOND') : undefined;
}

function parseIso(text: string): Interval | undefined {
  const match = ISO.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return undefined;
  const parts: readonly (string | undefined)[] = match.slice(1, 7);
  const [years, months, weeks, days, hours, minutes] = parts.map((part) => BigInt((part ?? '0').replace('+', '')));
  const fraction = (match[9] ?? '').padEnd(9, '0');
  if (fraction.slice(6) !== '000') return undefined;
  const seconds = BigInt(match[8] ?? '0') * 1_000_000n + BigInt(fraction.slice(0, 6));
  const time = (hours ?? 0n) * 3_600_000_000n + (minutes ?? 0n) * 60_000_000n + (match[7] === '-' ? -seconds : seconds);
  return checkedInterval(Number((years ?? 0n) * 12n + (months ?? 0n)), Number((weeks ?? 0n) * 7n + (days ?? 0n)), time);
}
