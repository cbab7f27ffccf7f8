import { type RangeElement, storageType } from './types.ts';

const LEAST = 'CAST(-9223372036854775808 AS BIGINT)';
const MOST = 'CAST(9223372036854775807 AS BIGINT)';

/** A bound as a value of the element type. The cast is for a range that DuckDB knows to be NULL, whose bounds have no type to it. */
export const boundSql = (range: string, element: RangeElement, side: 'start' | 'end'): string =>
  `CAST((${range})."${side}" AS ${storageType({ kind: element })})`;

/** The bounds of a range as instants, an unbounded one beyond all of them. */
export const startSql = (range: string, element: RangeElement): string =>
  `coalesce(epoch_us(${boundSql(range, element, 'start')}), ${LEAST})`;
export const endSql = (range: string, element: RangeElement): string => `coalesce(epoch_us(${boundSql(range, element, 'end')}), ${MOST})`;

/** What a range is compared and ordered by: its start, then its end. */
export const rangeRankSql = (range: string, element: RangeElement): string =>
  `(CASE WHEN ${range} IS NOT NULL THEN struct_pack(a := ${startSql(range, element)}, b := ${endSql(range, element)}) END)`;
