import type { Random } from '../random.ts';

export const PROJECT = 'chaos-project';
export const DATASET = 'chaos';

/** How long a row may become visible after its timestamp. */
export const LATENESS_SECONDS = 40;

export type SourceRow = Readonly<Record<string, string | number>>;

/** A table of the source and what of it the plugin is told. */
export interface ChaosTable {
  /** Of the table in BigQuery and of its configuration. */
  readonly id: string;
  readonly target: string;
  readonly primaryKey: readonly [string, ...string[]];
  /** Its own, and of its own type: TIMESTAMP or DATETIME. */
  readonly timestampColumn: string;
  readonly schema: readonly { readonly name: string; readonly type: string }[];
  readonly partitioned: boolean;
  /** Rows that are there before Harper starts. */
  readonly initialRows: number;
  /** Rows of one write, at most. */
  readonly rowsPerWrite: number;
  /** Whether rows change after they were inserted, each time with a greater timestamp. */
  readonly updated: boolean;
  /** Row number `n`, in the table's own form of an instant. */
  readonly row: (n: number, atMs: number, random: Random) => SourceRow;
}

const timestamp = (ms: number, micros = 0) => `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
const datetime = (ms: number, micros = 0) => timestamp(ms, micros).slice(0, -1);
const micros = (random: Random) => random.between(0, 999);

export const TABLES: readonly [ChaosTable, ...ChaosTable[]] = [
  {
    id: 'orders',
    target: 'Orders',
    primaryKey: ['id'],
    timestampColumn: 'changed_at',
    schema: [
      { name: 'id', type: 'STRING' },
      { name: 'changed_at', type: 'TIMESTAMP' },
      { name: 'version', type: 'INT64' },
      { name: 'note', type: 'STRING' },
    ],
    partitioned: false,
    initialRows: 3_000,
    rowsPerWrite: 24,
    updated: true,
    row: (n, atMs, random) => ({
      id: `o${n}`,
      changed_at: timestamp(atMs, micros(random)),
      version: 0,
      note: `order ${n} ${'x'.repeat(n % 60)}`,
    }),
  },
  {
    // Large enough at first for a window whose units the threads share; afterwards it has many rows of one instant.
    id: 'readings',
    target: 'Readings',
    primaryKey: ['sensor', 'n'],
    timestampColumn: 'measured',
    schema: [
      { name: 'sensor', type: 'STRING' },
      { name: 'n', type: 'INT64' },
      { name: 'measured', type: 'TIMESTAMP' },
      { name: 'value', type: 'FLOAT64' },
    ],
    partitioned: true,
    initialRows: 80_000,
    rowsPerWrite: 30,
    updated: false,
    row: (n, atMs, random) => ({
      sensor: `s${n % 97}`,
      n,
      measured: timestamp(Math.floor(atMs / 1000) * 1000),
      value: random.between(0, 1e6) / 64,
    }),
  },
  {
    id: 'visits',
    target: 'Visits',
    primaryKey: ['visit'],
    timestampColumn: 'seen',
    schema: [
      { name: 'visit', type: 'INT64' },
      { name: 'seen', type: 'DATETIME' },
      { name: 'amount', type: 'NUMERIC' },
      { name: 'state', type: 'STRING' },
    ],
    partitioned: false,
    initialRows: 2_000,
    rowsPerWrite: 16,
    updated: true,
    row: (n, atMs, random) => ({ visit: n, seen: datetime(atMs, micros(random)), amount: `${n}.${random.between(1, 9)}`, state: 'new' }),
  },
];

/** The statement that changes the rows of some numbers and raises their timestamps. Done twice it is done once. */
export function updateOf(table: ChaosTable, ns: readonly number[], atMs: number, version: number): string {
  const list = (text: (n: number) => string) => ns.map(text).join(', ');
  const name = `${DATASET}.${table.id}`;
  return table.id === 'orders'
    ? `UPDATE ${name} SET version = ${version}, changed_at = TIMESTAMP '${timestamp(atMs)}' WHERE id IN (${list((n) => `'o${n}'`)})`
    : `UPDATE ${name} SET state = 'v${version}', seen = DATETIME '${datetime(atMs)}' WHERE visit IN (${list(String)})`;
}
