const LEAST = 'CAST(-9223372036854775808 AS BIGINT)';
const MOST = 'CAST(9223372036854775807 AS BIGINT)';

/** The bounds of a range as instants, an unbounded one beyond all of them. */
export const startSql = (range: string): string => `coalesce(epoch_us((${range})."start"), ${LEAST})`;
export const endSql = (range: string): string => `coalesce(epoch_us((${range})."end"), ${MOST})`;

/** What a range is compared and ordered by: its start, then its end. */
export const rangeRankSql = (range: string): string =>
  `(CASE WHEN ${range} IS NOT NULL THEN struct_pack(a := ${startSql(range)}, b := ${endSql(range)}) END)`;
