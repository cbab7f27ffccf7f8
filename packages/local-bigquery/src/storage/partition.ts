import type { Field, PartitionConstraint, Partitioning } from '../sql/contract.ts';
import { quoteName } from './sql-text.ts';

const HOUR = 3_600_000_000n;
const DAY = 24n * HOUR;
/** The start of the partition of values outside of an integer range. */
const OUTSIDE = -(2n ** 63n) + 1n;

/**
 * DuckDB expression for the start of a row's partition, in microseconds since 1970; NULL for the NULL partition and for
 * every row of a table without partitions.
 */
export function partitionStart(partitioning: Partitioning | undefined, fields: readonly Field[], commitMicros: bigint): string {
  if (!partitioning) return 'NULL::BIGINT';
  if (partitioning.unit === 'RANGE') return rangeStart(partitioning);
  if (partitioning.field === undefined) return `${startOf(commitMicros, partitioning.unit)}::BIGINT`;
  const name = partitioning.field;
  const field = fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const column = quoteName(field?.name ?? name);
  const micros = field?.type === 'DATE' ? `epoch_us(${column}::TIMESTAMP)` : `epoch_us(${column})`;
  if (partitioning.unit === 'MONTH' || partitioning.unit === 'YEAR') {
    return `epoch_us(date_trunc('${partitioning.unit.toLowerCase()}', make_timestamp(${micros}))::TIMESTAMP)`;
  }
  const unit = partitioning.unit === 'HOUR' ? HOUR : DAY;
  // The remainder of a negative number is negative: add a unit once more so that years before 1970 round down too.
  return `(${micros} - (((${micros} % ${unit}) + ${unit}) % ${unit}))`;
}

/** The first value of a row's partition; rows outside of the range lie in one partition of their own. */
function rangeStart({ field, range }: Extract<Partitioning, { unit: 'RANGE' }>): string {
  const column = quoteName(field);
  const first = `(${column} - (${range.start}))`;
  const inside = `${column} >= ${range.start} AND ${column} < ${range.end}`;
  return `CASE WHEN ${column} IS NULL THEN NULL WHEN ${inside} THEN ${column} - ${first} % ${range.interval} ELSE ${OUTSIDE} END`;
}

function startOf(micros: bigint, unit: Partitioning['unit']): bigint {
  const date = new Date(Number(micros / 1000n));
  const parts = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours()] as const;
  const month = unit === 'YEAR' ? 0 : parts[1];
  const day = unit === 'YEAR' || unit === 'MONTH' ? 1 : parts[2];
  return utcMicros(parts[0], month, day, unit === 'HOUR' ? parts[3] : 0);
}

function utcMicros(year: number, month: number, day: number, hour: number): bigint {
  const date = new Date(Date.UTC(2000, month, day, hour));
  date.setUTCFullYear(year);
  return BigInt(date.getTime()) * 1000n;
}

/** `20260101`, `2026010112`, `202601`, `2026` or `__NULL__`, as INFORMATION_SCHEMA.PARTITIONS shows it. */
export function partitionId(start: bigint | null, unit: Partitioning['unit']): string {
  if (start === null) return '__NULL__';
  if (unit === 'RANGE') return start === OUTSIDE ? '__UNPARTITIONED__' : String(start);
  const digits = new Date(Number(start / 1000n)).toISOString().replace(/[^0-9]/g, '');
  return digits.slice(0, { YEAR: 4, MONTH: 6, DAY: 8, HOUR: 10 }[unit]);
}

/** Whether a statement that is limited by `constraint` must read the partition that begins at `start`. */
export function survives(start: bigint | null, partitioning: Partitioning, constraint: PartitionConstraint | 'all'): boolean {
  if (constraint === 'all') return true;
  if (start === null) return constraint.nulls;
  if (!constraint.values) return false;
  if (start === OUTSIDE && partitioning.unit === 'RANGE') return true;
  const end = endOf(start, partitioning);
  return (constraint.from === undefined || end > constraint.from) && (constraint.to === undefined || start < constraint.to);
}

/** Where a partition ends, in microseconds or, of an integer range, in values. */
export function endOf(start: bigint, partitioning: Partitioning): bigint {
  const { unit } = partitioning;
  if (unit === 'RANGE') return start + BigInt(partitioning.range.interval);
  if (unit === 'HOUR') return start + HOUR;
  if (unit === 'DAY') return start + DAY;
  const date = new Date(Number(start / 1000n));
  if (unit === 'MONTH') date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCFullYear(date.getUTCFullYear() + 1);
  return BigInt(date.getTime()) * 1000n;
}
