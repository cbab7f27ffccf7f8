import { randomUUID } from 'node:crypto';
import { type Column, compileCanonical, type Micros, parseInstant, type Row, type TableSpec, type Value } from '@bqsync/core';

/** A key, a cursor and a value: the columns of every clause that is not about types. */
export const COLUMNS: readonly Column[] = [column('id', 'STRING'), column('ts', 'TIMESTAMP'), column('value', 'INT64')];

const RUN = randomUUID().slice(0, 8);
let made = 0;

/** A table with a name of its own, so that adapters over one server need no clearing between clauses. */
export function tableSpec(place: {
  readonly project: string;
  readonly dataset: string;
  readonly database?: string | undefined;
}): TableSpec {
  made += 1;
  const name = `kit_${RUN}_${made}`;
  return {
    id: name,
    source: { project: place.project, dataset: place.dataset, table: name },
    cursorColumn: 'ts',
    columns: 'all',
    target: { database: place.database, table: name },
    primaryKey: ['id'],
    duplicates: 'collapse',
    createTarget: true,
    mode: 'timestamp',
    sync: {
      initialBatchSize: 100,
      catchupBatchSize: 100,
      steadyBatchSize: 100,
      pollIntervalMs: 1000,
      catchupThresholdSeconds: 3600,
      steadyThresholdSeconds: 300,
      latenessSeconds: 3600,
    },
    cost: {},
  };
}

export function column(name: string, type: Column['type'], more: Partial<Column> = {}): Column {
  return { name, type, repeated: false, required: false, ...more };
}

/** The text of the instant `seconds` and `micros` after the start of 2026. */
export function at(seconds: number, micros = 0): string {
  const whole = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19);
  return `${whole}.${micros.toString().padStart(6, '0')}Z`;
}

export function instant(text: string): Micros {
  const value = parseInstant(text);
  if (value === undefined) throw new Error(`${text} is no instant`);
  return value;
}

export function sampleRow(id: string, ts: string | null, value: Value = 0): Row {
  return { id, ts, value };
}

/** `count` rows, three on each microsecond, so that an order by cursor or a cut to milliseconds shows. */
export function sampleRows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => sampleRow(`k${i.toString().padStart(5, '0')}`, at(0, 1000 + Math.floor(i / 3)), i));
}

/** Rows as canonical text, the same whichever of the allowed forms a value has (a small `bigint` and a `number`, a `Buffer` and its bytes). */
export function textsOf(columns: readonly Column[], rows: Iterable<Row>): string[] {
  return Array.from(rows, compileCanonical(columns));
}

/** What is hard about a group of types: the columns and rows that show whether values come through without loss. */
export interface ValueSample {
  readonly aspect: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export const VALUE_SAMPLES: readonly ValueSample[] = [
  sampleOf('numbers', {
    INT64: [0, -1, 2 ** 53 - 1, 9_007_199_254_740_993n, -(2n ** 63n), 2n ** 63n - 1n],
    FLOAT64: [0.1, 5e-324, -1.7976931348623157e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    NUMERIC: ['0', '0.000000001', '-99999999999999999999999999999.999999999', '12.5'],
    BIGNUMERIC: ['1', '0.00000000000000000000000000000000000001'],
    BOOL: [true, false],
  }),
  sampleOf('texts and bytes', {
    STRING: ['', ' ', '0', 'null', 'ß→\u{1F6A2}', 'a\u0000b', 'it\'s "quoted" \\ \n'],
    BYTES: [Buffer.from([0, 255, 128, 10]), Buffer.from('plain')],
  }),
  sampleOf('instants', {
    TIMESTAMP: [at(0, 1), at(0, 999_999), '1969-12-31T23:59:59.999999Z', '0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z'],
    DATETIME: ['2026-03-29T02:30:00.000001', '1900-01-01T00:00:00.000000'],
    DATE: ['2024-02-29', '0001-01-01', '9999-12-31'],
    TIME: ['00:00:00.000000', '23:59:59.999999'],
  }),
  nestedSample(),
];

/** One column a type; row `i` holds the `i`-th value of each, NULL where a type has no more, and one row more is all NULL. */
function sampleOf(aspect: string, values: Partial<Record<Column['type'], readonly Value[]>>): ValueSample {
  const types = Object.entries(values) as [Column['type'], readonly Value[]][];
  const columns = [...COLUMNS.slice(0, 2), ...types.map(([type]) => column(`c_${type.toLowerCase()}`, type))];
  const count = Math.max(...types.map(([, list]) => list.length)) + 1;
  const rows = Array.from({ length: count }, (_, i) => ({
    id: `v${i}`,
    ts: at(i, 1),
    ...Object.fromEntries(types.map(([type, list]) => [`c_${type.toLowerCase()}`, list[i] ?? null])),
  }));
  return { aspect, columns, rows };
}

function nestedSample(): ValueSample {
  const columns = [
    ...COLUMNS.slice(0, 2),
    column('list', 'TIMESTAMP', { repeated: true }),
    column('document', 'JSON'),
    column('record', 'STRUCT', {
      fields: [
        column('at', 'TIMESTAMP'),
        column('big', 'INT64'),
        column('parts', 'STRUCT', { repeated: true, fields: [column('n', 'NUMERIC')] }),
      ],
    }),
  ];
  const rows = [
    {
      id: 'n0',
      ts: at(0),
      list: [at(1, 1), at(0, 999)],
      document: { a: [1, null, { b: 'x' }], c: null },
      record: { at: at(3, 7), big: 2n ** 60n + 1n, parts: [{ n: '0.1' }, { n: null }] },
    },
    { id: 'n1', ts: at(1), list: [], document: 'text', record: { at: null, big: null, parts: [] } },
    { id: 'n2', ts: at(2), list: [], document: null, record: null },
  ];
  return { aspect: 'nested values', columns, rows };
}
