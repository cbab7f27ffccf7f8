import { type Column, type ColumnType, compileKey, type Row } from '@bqsync/core';
import type { Prepared, VerifyInput } from './verify-input.ts';

/** Keys asked for in one query, each of which scans the key columns. */
const KEYS_AT_ONCE = 20_000;
/** As JSON, in one query: BigQuery takes requests up to 10 MB. */
const KEY_BYTES_AT_ONCE = 8_000_000;
/** What stands around a value in a request: `{"value":…},`. */
const BYTES_AROUND_VALUE = 12;

export interface Confirmation {
  /** Of the keys asked about: those that the source has by now. */
  readonly present: ReadonlySet<string>;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
}

/** Which keys of the target the source has anywhere, though not where the target's rows lie: it may have moved them meanwhile. */
export async function confirmAbsent(
  { source, table, retry, signal, onProgress }: VerifyInput,
  { description, key }: Prepared,
  keys: readonly string[],
): Promise<Confirmation> {
  const present = new Set<string>();
  let [bytesScanned, bytesBilled] = [0, 0];
  if (key.kind !== 'columns') return { present, bytesScanned, bytesBilled };
  const columns = key.columns
    .map((name) => description.columns.find((column) => column.name === name))
    .filter((column) => column !== undefined);
  const [by] = columns;
  const range = { from: table.sync.startTimestamp, to: undefined, nulls: 'include' } as const;
  const keyOf = compileKey(key, description.columns);
  const asked = new Set(keys);
  const values =
    by === undefined ? [] : [...new Set(keys.map((each) => firstPart(each, columns.length)))].filter((value) => isOf(by, value));
  let asking = 0;
  for (const some of requestsOf(values)) {
    if (by === undefined) break;
    onProgress('asking for extra rows in BigQuery', asking, values.length);
    asking += some.length;
    const found = await retry(() => source.find(table, description, range, columns, by, some, signal));
    bytesScanned += found.bytesScanned;
    bytesBilled += found.bytesBilled;
    for (const row of found.rows) {
      const keyed = keyOf(row as Row, undefined);
      if (keyed.ok && asked.has(keyed.key)) present.add(keyed.key);
    }
  }
  return { present, bytesScanned, bytesBilled };
}

/** The values in as few parts as fit a request each. */
function requestsOf(values: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let part: string[] = [];
  let bytes = 0;
  for (const value of values) {
    const size = Buffer.byteLength(JSON.stringify(value)) + BYTES_AROUND_VALUE;
    if (part.length === KEYS_AT_ONCE || (part.length > 0 && bytes + size > KEY_BYTES_AT_ONCE)) {
      parts.push(part);
      [part, bytes] = [[], 0];
    }
    part.push(value);
    bytes += size;
  }
  return part.length === 0 ? parts : [...parts, part];
}

/** The first column's text of a key, as `compileKey` joins them. */
function firstPart(key: string, columns: number): string {
  return columns === 1 ? key : (key.split('|')[0] ?? '').replaceAll('%7C', '|').replaceAll('%25', '%');
}

const PATTERNS: Partial<Record<ColumnType, RegExp>> = {
  INT64: /^-?\d{1,19}$/,
  FLOAT64: /^(NaN|-?Infinity|-?\d+(\.\d+)?(e[+-]\d+)?)$/,
  BOOL: /^(true|false)$/,
  NUMERIC: /^-?\d+(\.\d+)?$/,
  BIGNUMERIC: /^-?\d+(\.\d+)?$/,
  TIMESTAMP: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  DATETIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/,
  DATE: /^\d{4}-\d\d-\d\d$/,
  TIME: /^\d\d:\d\d:\d\d\.\d{6}$/,
  BYTES: /^[A-Za-z0-9+/]*=*$/,
};

/** Text that is no value of the column's type is no key of the source, and BigQuery would refuse it. */
function isOf({ type }: Column, value: string): boolean {
  return PATTERNS[type]?.test(value) ?? true;
}
