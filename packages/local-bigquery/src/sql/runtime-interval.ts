import { DAY, floorDivide, inRange } from './civil-time.ts';
import { checkedInterval, type Interval, intervalOf, intervalText } from './interval.ts';
import {
  addIntervals,
  divideInterval,
  intervalIso,
  intervalRank,
  justifyDays,
  justifyHours,
  justifyInterval,
  parseInterval,
  requireInterval,
  timesInterval,
} from './interval-math.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

/** A date and time plus months, of which the last day is kept where the month is shorter, plus days and time. */
export function shiftCivil(instant: bigint, { months, days, micros }: Interval, sign: bigint): bigint {
  const day = floorDivide(instant, DAY);
  const date = new Date(Number(day) * 86_400_000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + Number(sign) * months;
  const target = new Date(0);
  // Day 0 of the month after is the last one of the month.
  target.setUTCFullYear(Math.floor(month / 12), (month % 12) + 1, 0);
  target.setUTCDate(Math.min(target.getUTCDate(), date.getUTCDate()));
  const moved = BigInt(target.getTime() / 86_400_000) + sign * BigInt(days);
  const result = moved * DAY + (instant - day * DAY) + sign * micros;
  if (!inRange(result)) throw new Error('A date or time is out of the range from 0001-01-01 to 9999-12-31');
  return result;
}

/** Days and time as microseconds, to move an instant by: a month has no fixed length. */
function fixed({ months, days, micros }: Interval): bigint {
  if (months !== 0) {
    throw new Error('TIMESTAMP +/- INTERVAL is not supported for intervals with non-zero MONTH or YEAR part.');
  }
  return BigInt(days) * DAY + micros;
}

function part({ months, days, micros }: Interval, name: string): bigint {
  const parts: Readonly<Record<string, bigint>> = {
    YEAR: BigInt(Math.trunc(months / 12)),
    MONTH: BigInt(months % 12),
    DAY: BigInt(days),
    HOUR: micros / 3_600_000_000n,
    MINUTE: (micros / 60_000_000n) % 60n,
    SECOND: (micros / 1_000_000n) % 60n,
    MILLISECOND: (micros / 1_000n) % 1_000n,
    MICROSECOND: micros % 1_000_000n,
  };
  return parts[name] ?? 0n;
}

/** The start of the bucket of a width, counted from an origin, that a moment is in. */
function bucketOf(moment: bigint, width: Interval, origin: bigint, kind: string): bigint {
  const { months, days, micros } = width;
  const kinds = [months !== 0, days !== 0, micros !== 0n].filter(Boolean).length;
  if (kinds !== 1 || months < 0 || days < 0 || micros < 0n || (kind === 'DATE' && micros !== 0n) || (kind === 'TIMESTAMP' && months !== 0))
    throw new Error(`${kind}_BUCKET: the width must be positive and have one part only that ${kind} takes`);
  if (months === 0) {
    const size = BigInt(days) * DAY + micros;
    return origin + floorDivide(moment - origin, size) * size;
  }
  const at = (n: number): bigint => shiftCivil(origin, { months: months * n, days: 0, micros: 0n }, 1n);
  const [a, b] = [new Date(Number(floorDivide(moment, DAY)) * 86_400_000), new Date(Number(floorDivide(origin, DAY)) * 86_400_000)];
  let n = Math.floor((a.getUTCFullYear() * 12 + a.getUTCMonth() - b.getUTCFullYear() * 12 - b.getUTCMonth()) / months);
  while (at(n) > moment) n -= 1;
  while (at(n + 1) <= moment) n += 1;
  return at(n);
}

const sumParts = (months: bigint, days: bigint, micros: bigint): Interval =>
  requireInterval(checkedInterval(Number(months), Number(days), micros), 'INTERVAL');

export const INTERVAL_RUNTIME: RuntimeTable = {
  bq_interval: runtime(['int', 'int', 'int'], 'interval', sumParts),
  bq_interval_of: runtime(['int', 'text'], 'interval', (count, unit) => requireInterval(intervalOf(count, unit), 'INTERVAL')),
  bq_interval_make: runtime(['int', 'int', 'int', 'int', 'int', 'int'], 'interval', (years, months, days, hours, minutes, seconds) =>
    sumParts(years * 12n + months, days, ((hours * 60n + minutes) * 60n + seconds) * 1_000_000n),
  ),
  bq_interval_parse: runtime(['text'], 'interval', (text) => {
    const interval = parseInterval(text);
    if (interval === undefined) throw new Error(`Invalid INTERVAL value '${text}'`);
    return interval;
  }),
  bq_interval_text: runtime(['interval'], 'text', intervalText),
  bq_interval_iso: runtime(['interval'], 'text', intervalIso),
  bq_interval_rank: runtime(['interval'], 'int', intervalRank),
  bq_interval_part: runtime(['interval', 'text'], 'int', part),
  bq_interval_months: runtime(['interval'], 'int', (x) => BigInt(x.months)),
  bq_interval_days: runtime(['interval'], 'int', (x) => BigInt(x.days)),
  bq_interval_micros: runtime(['interval'], 'int', (x) => x.micros),
  bq_interval_fixed: runtime(['interval'], 'int', fixed),
  bq_interval_add: runtime(['interval', 'interval'], 'interval', (a, b) => addIntervals(a, b, 1)),
  bq_interval_subtract: runtime(['interval', 'interval'], 'interval', (a, b) => addIntervals(a, b, -1)),
  bq_interval_times: runtime(['interval', 'int'], 'interval', timesInterval),
  bq_interval_divide: runtime(['interval', 'int'], 'interval', divideInterval),
  bq_justify_days: runtime(['interval'], 'interval', justifyDays),
  bq_justify_hours: runtime(['interval'], 'interval', justifyHours),
  bq_justify_interval: runtime(['interval'], 'interval', justifyInterval),
  bq_bucket: runtime(['int', 'interval', 'int', 'text'], 'int', bucketOf),
  bq_civil_shift: runtime(['int', 'interval', 'int'], 'int', shiftCivil),
};
