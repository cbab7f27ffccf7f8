/** INTERVAL values: months, days and microseconds, each with its own sign. */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

const UNITS: Readonly<Record<string, Interval>> = {
  YEAR: { months: 12, days: 0, micros: 0n },
  QUARTER: { months: 3, days: 0, micros: 0n },
  MONTH: { months: 1, days: 0, micros: 0n },
  WEEK: { months: 0, days: 7, micros: 0n },
  DAY: { months: 0, days: 1, micros: 0n },
  HOUR: { months: 0, days: 0, micros: 3_600_000_000n },
  MINUTE: { months: 0, days: 0, micros: 60_000_000n },
  SECOND: { months: 0, days: 0, micros: 1_000_000n },
  MILLISECOND: { months: 0, days: 0, micros: 1_000n },
  MICROSECOND: { months: 0, days: 0, micros: 1n },
};

const PARTS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];
const SECONDS = String.raw`(\d+(?:\.\d{0,9})?)`;
const MAX_MONTHS = 120_000;
const MAX_DAYS = 3_660_000;
const MAX_MICROS = 316_224_000_000_000_000n;

/** The interval, or undefined where it is beyond ±10,000 years. */
export function checkedInterval(months: number, days: number, micros: bigint): Interval | undefined {
  const fits = Math.abs(months) <= MAX_MONTHS && Math.abs(days) <= MAX_DAYS && micros <= MAX_MICROS && micros >= -MAX_MICROS;
  return fits ? { months, days, micros } : undefined;
}

/** `INTERVAL n PART`; undefined where there is no such part or the value is too large. */
export function intervalOf(count: bigint, part: string): Interval | undefined {
  const unit = UNITS[part.toUpperCase()];
  if (unit === undefined) return undefined;
  const whole = Number(count);
  if (Math.abs(whole) > 2 ** 53 && unit.micros === 0n) return undefined;
  return checkedInterval(unit.months * whole, unit.days * whole, unit.micros * count);
}

/** `INTERVAL '…' PART` or `INTERVAL '…' PART TO PART`; undefined where the text is none. */
export function parseIntervalText(text: string, from: string, to?: string): Interval | undefined {
  const first = PARTS.indexOf(from.toUpperCase());
  if (to === undefined) {
    if (from.toUpperCase() === 'SECOND') return parseSeconds(text);
    return /^\s*[+-]?\d+\s*$/.test(text) ? intervalOf(BigInt(text.trim()), from) : undefined;
  }
  const last = PARTS.indexOf(to.toUpperCase());
  if (first < 0 || last <= first) return undefined;
  const wanted = PARTS.slice(first, last + 1);
  const dated = wanted.filter((p) => p === 'YEAR' || p === 'MONTH');
  const timed = wanted.filter((p) => ['HOUR', 'MINUTE', 'SECOND'].includes(p));
  const number = String.raw`(\d+)`;
  const groups = [
    ...(dated.length > 0 ? [`([+-]?)${dated.map(() => number).join('-')}`] : []),
    ...(wanted.includes('DAY') ? [`([+-]?)${number}`] : []),
    ...(timed.length > 0 ? [`([+-]?)${timed.map((p) => (p === 'SECOND' ? SECONDS : number)).join(':')}`] : []),
  ];
  const match = new RegExp(`^\\s*${groups.join(String.raw`\s+`)}\\s*$`).exec(text);
  if (!match) return undefined;
  let at = 1;
  const take = (parts: readonly string[]): Interval | undefined => {
    if (parts.length === 0) return { months: 0, days: 0, micros: 0n };
    const sign = match[at++] === '-' ? -1 : 1;
    let sum: Interval = { months: 0, days: 0, micros: 0n };
    for (const part of parts) {
      const value = match[at++] ?? '0';
      const one = part === 'SECOND' ? parseSeconds(value) : intervalOf(BigInt(value), part);
      if (one === undefined) return undefined;
      sum = { months: sum.months + one.months, days: sum.days + one.days, micros: sum.micros + one.micros };
    }
    return { months: sum.months * sign, days: sum.days * sign, micros: sum.micros * BigInt(sign) };
  };
  const parts = [take(dated), take(wanted.includes('DAY') ? ['DAY'] : []), take(timed)];
  let [months, days, micros] = [0, 0, 0n];
  for (const part of parts) {
    if (part === undefined) return undefined;
    months += part.months;
    days += part.days;
    micros += part.micros;
  }
  return checkedInterval(months, days, micros);
}

function parseSeconds(text: string): Interval | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d{1,9}))?\s*$/.exec(text);
  if (!match || (match[2] === '' && match[3] === undefined)) return undefined;
  if (/[1-9]/.test((match[3] ?? '').slice(6))) return undefined;
  const micros = BigInt(match[2] === '' ? '0' : (match[2] ?? '0')) * 1_000_000n + BigInt((match[3] ?? '').slice(0, 6).padEnd(6, '0'));
  return checkedInterval(0, 0, match[1] === '-' ? -micros : micros);
}

/** `Y-M D H:M:S[.ffffff]`, as BigQuery writes an interval; fractions have three or six digits. */
export function intervalText({ months, days, micros }: Interval): string {
  const absolute = micros < 0n ? -micros : micros;
  const fraction = absolute % 1_000_000n;
  const six = String(fraction).padStart(6, '0');
  const rest = fraction === 0n ? '' : `.${fraction % 1000n === 0n ? six.slice(0, 3) : six}`;
  const year = Math.trunc(Math.abs(months) / 12);
  const time = `${absolute / 3_600_000_000n}:${(absolute / 60_000_000n) % 60n}:${(absolute / 1_000_000n) % 60n}${rest}`;
  return `${months < 0 ? '-' : ''}${year}-${Math.abs(months) % 12} ${days} ${micros < 0n ? '-' : ''}${time}`;
}
