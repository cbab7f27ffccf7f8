import { BqsyncError } from '@bqsync/errors';
import { quoteColumn } from './identifier.ts';
import type { CursorType } from './literal.ts';
import { type Statement, statement } from './statement.ts';
import { ROW_TEXT, type RowSelection, rowsAs } from './window.ts';

export type Bucket = 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';

export interface ChecksumInput extends RowSelection {
  /** One result row for each such stretch of the cursor (NULL is a stretch of its own); absent: one for all. A DATE has no HOUR. */
  readonly bucket?: Bucket | undefined;
}

const TRUNC: Readonly<Record<CursorType, string>> = { TIMESTAMP: 'TIMESTAMP_TRUNC', DATETIME: 'DATETIME_TRUNC', DATE: 'DATE_TRUNC' };
const BUCKET_COLUMN = '_bqsync_bucket';

/**
 * `row_count`, `xor_hash` and `sum_hash` over the selected columns, and `_bqsync_bucket` with buckets, in their order. Equal rows give
 * equal numbers whatever their order. `BIT_XOR` cancels equal pairs, so compare all three.
 *
 * @throws `BQS_IDENTIFIER_INVALID`; `BQS_USAGE` for a bound that is not canonical text, or buckets that the cursor cannot have.
 */
export function checksumQuery(input: ChecksumInput): Statement {
  const hash = `FARM_FINGERPRINT(${ROW_TEXT})`;
  const sums = `COUNT(*) AS row_count, BIT_XOR(${hash}) AS xor_hash, SUM(MOD(${hash}, 1000003)) AS sum_hash`;
  if (input.bucket === undefined) return statement(`SELECT ${sums} FROM ${rowsAs(input)}`);
  checkBucket(input, input.bucket);
  const bucket = `${TRUNC[input.cursor.type]}(${quoteColumn(input.cursor.column)}, ${input.bucket}) AS ${BUCKET_COLUMN}`;
  return statement(`SELECT ${sums}, ${bucket} FROM ${rowsAs(input)} GROUP BY ${BUCKET_COLUMN} ORDER BY ${BUCKET_COLUMN}`);
}

function checkBucket(input: ChecksumInput, bucket: Bucket): void {
  if (bucket === 'HOUR' && input.cursor.type === 'DATE') {
    throw new BqsyncError('BQS_USAGE', `a DATE cursor (${input.cursor.column}) has no HOUR`, { hint: 'use DAY, MONTH or YEAR' });
  }
  const folded = input.cursor.column.toLowerCase();
  if (!input.columns.some((column) => column.toLowerCase() === folded)) {
    throw new BqsyncError('BQS_USAGE', `buckets need the cursor column ${input.cursor.column} among the columns`, {
      hint: `add ${input.cursor.column} to the columns`,
    });
  }
}
