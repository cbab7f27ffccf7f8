import { rangeRankSql } from './range-sql.ts';
import type { SqlType } from './types.ts';

/** What stands for a value in an order, where DuckDB would order the value itself in another way; undefined where it would not. */
export function rankSql(type: SqlType, sql: string): string | undefined {
  if (type.kind === 'INTERVAL') return `bq_interval_rank(${sql})`;
  // It is kept as text.
  if (type.kind === 'BIGNUMERIC') return `bq_big_rank(${sql})`;
  return type.kind === 'RANGE' ? rangeRankSql(sql, type.element) : undefined;
}
