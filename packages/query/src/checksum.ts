import { BqsyncError } from '@bqsync/errors';
import { quoteColumn } from './identifier.ts';
import type { CursorType } from './literal.ts';
import { type Statement, statement } from './statement.ts';
import { type RowSelection, rowsAs } from './window.ts';

export type Bucket = 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';

/** Types whose values have one text that is computed alike here and elsewhere; others have no checksum. */
const TEXTS = {
  STRING: (x: string) => x,
  INT64: (x: string) => `CAST(${x} AS STRING)`,
  // The sign of zero is not kept everywhere.
  FLOAT64: (x: string) => `IF(${x} = 0, '0', CAST(${x} AS STRING))`,
  BOOL: (x: string) => `CAST(${x} AS STRING)`,
  NUMERIC: (x: string) => `CAST(${x} AS STRING)`,
  BIGNUMERIC: (x: string) => `CAST(${x} AS STRING)`,
  BYTES: (x: string) => `TO_BASE64(${x})`,
  TIMESTAMP: (x: string) => `CAST(UNIX_MICROS(${x}) AS STRING)`,
  DATETIME: (x: string) => `CAST(UNIX_MICROS(TIMESTAMP(${x})) AS STRING)`,
  DATE: (x: string) => `CAST(UNIX_DATE(${x}) AS STRING)`,
  TIME: (x: string) => `FORMAT_TIME('%H:%M:%E6S', ${x})`,
} as const;

export type ChecksumType = keyof typeof TEXTS;

export function isChecksumType(type: string): type is ChecksumType {
  return Object.hasOwn(TEXTS, type);
}

export interface ChecksumInput extends Omit<RowSelection, 'columns'> {
  /** What a row's text is made of, in this order. */
  readonly columns: readonly { readonly name: string; readonly type: ChecksumType }[];
  /** One result row for each such stretch of the cursor; NULL is a stretch of its own. A DATE has no HOUR. */
  readonly bucket: Bucket;
}

const TRUNC: Readonly<Record<CursorType, string>> = { TIMESTAMP: 'TIMESTAMP_TRUNC', DATETIME: 'DATETIME_TRUNC', DATE: 'DATE_TRUNC' };
const BUCKET_COLUMN = '_bqsync_bucket';
const HASH_COLUMN = '_bqsync_hash';

/**
 * For each stretch of the cursor, in their order: `_bqsync_bucket`, `row_count`, and over the **distinct** rows `distinct_count`, `high_sum`,
 * `low_sum` and `xor_hash`. Who has the same rows can compute the same numbers, in any order:
 *
 * - A value's text is: a text itself; INT64, NUMERIC and FLOAT64 as BigQuery casts them (zero `0`); BOOL `true`; BYTES base64; TIMESTAMP and
 *   DATETIME (as if UTC) microseconds, DATE days since 1970; TIME `HH:MM:SS.ffffff`. A row's text is for each column the text's length in bytes,
 *   `:` and the text, or `-` for NULL, without anything between.
 * - Of the SHA-256 of that text in hexadecimal digits, the sums are over the first 8 and the next 8 as numbers, the XOR is over the first 15.
 *
 * @throws `BQS_IDENTIFIER_INVALID`; `BQS_USAGE` for a bound that is not canonical text, or buckets that the cursor cannot have.
 */
export function checksumQuery(input: ChecksumInput): Statement {
  const { cursor, bucket, columns } = input;
  if (bucket === 'HOUR' && cursor.type === 'DATE') {
    throw new BqsyncError('BQS_USAGE', `a DATE cursor (${cursor.column}) has no HOUR`, { hint: 'use DAY, MONTH or YEAR' });
  }
  const names = columns.map(({ name }) => name);
  const folded = cursor.column.toLowerCase();
  if (!names.some((name) => name.toLowerCase() === folded)) {
    throw new BqsyncError('BQS_USAGE', `buckets need the cursor column ${cursor.column} among the columns`, {
      hint: `add ${cursor.column} to the columns`,
    });
  }
  const stretch = `${TRUNC[cursor.type]}(${quoteColumn(cursor.column)}, ${bucket}) AS ${BUCKET_COLUMN}`;
  const text = columns.map(({ name, type }) => lengthAndText(TEXTS[type](quoteColumn(name)))).join(', ');
  const hashed = `SELECT ${stretch}, TO_HEX(SHA256(CONCAT(${text}))) AS ${HASH_COLUMN} FROM ${rowsAs({ ...input, columns: names })}`;
  const distinct = `SELECT ${BUCKET_COLUMN}, ${HASH_COLUMN}, COUNT(*) AS copies FROM (${hashed}) GROUP BY ${BUCKET_COLUMN}, ${HASH_COLUMN}`;
  return statement(
    `SELECT ${BUCKET_COLUMN}, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(${digits(1, 8)}) AS high_sum, ` +
      `SUM(${digits(9, 8)}) AS low_sum, BIT_XOR(${digits(1, 15)}) AS xor_hash ` +
      `FROM (${distinct}) GROUP BY ${BUCKET_COLUMN} ORDER BY ${BUCKET_COLUMN}`,
  );
}

function lengthAndText(text: string): string {
  return `IFNULL(CONCAT(CAST(BYTE_LENGTH(${text}) AS STRING), ':', ${text}), '-')`;
}

function digits(from: number, count: number): string {
  return `CAST(CONCAT('0x', SUBSTR(${HASH_COLUMN}, ${from}, ${count})) AS INT64)`;
}
