import type { ReadChoice, ReadWay } from '../options.ts';
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
  /** By day. */
  readonly partitionedBy: string | undefined;
  /** Queries must say which partitions they need. */
  readonly requirePartitionFilter?: boolean;
  /** How it is read in a run of both ways. */
  readonly read: 'rest' | 'storage';
  /** Rows that are there before Harper starts. */
  readonly initialRows: number;
  /** The table's own `sync`, if it has one. */
  readonly sync?: Readonly<Record<string, unknown>>;
  /** Rows of one write, at most. */
  readonly rowsPerWrite: number;
  /**
   * Where rows change after they were inserted: the statement that changes the rows of some numbers in the table of this full name and raises
   * their timestamps. Done twice it is done once. Absent: rows never change.
   */
  readonly update?: (name: string, ns: readonly number[], atMs: number, version: number) => string;
  /** Row number `n`, in the table's own form of an instant. */
  readonly row: (n: number, atMs: number, random: Random) => SourceRow;
}

const timestamp = (ms: number, micros = 0) => `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
const datetime = (ms: number, micros = 0) => timestamp(ms, micros).slice(0, -1);
const micros = (random: Random) => random.between(0, 999);
const listOf = (ns: readonly number[], text: (n: number) => string) => ns.map(text).join(', ');

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
    partitionedBy: undefined,
    read: 'rest',
    initialRows: 3_000,
    rowsPerWrite: 24,
    update: (name, ns, atMs, version) =>
      `UPDATE ${name} SET version = ${version}, changed_at = TIMESTAMP '${timestamp(atMs)}' WHERE id IN (${listOf(ns, (n) => `'o${n}'`)})`,
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
    partitionedBy: 'measured',
    read: 'rest',
    initialRows: 80_000,
    rowsPerWrite: 30,
    row: (n, atMs, random) => ({
      sensor: `s${n % 97}`,
      n,
      measured: timestamp(Math.floor(atMs / 1000) * 1000),
      value: random.between(0, 1e6) / 64,
    }),
  },
  {
    // The filter that it requires is one that a read session cannot have: the session is over the result of a query.
    id: 'visits',
    target: 'Visits',
    primaryKey: ['visit'],
    timestampColumn: 'seen',
    schema: [
      { name: 'visit', type: 'INT64' },
      { name: 'seen', type: 'DATETIME' },
      { name: 'day', type: 'DATE' },
      { name: 'amount', type: 'NUMERIC' },
      { name: 'state', type: 'STRING' },
    ],
    partitionedBy: 'day',
    requirePartitionFilter: true,
    read: 'storage',
    initialRows: 2_000,
    rowsPerWrite: 16,
    update: (name, ns, atMs, version) =>
      `UPDATE ${name} SET state = 'v${version}', seen = DATETIME '${datetime(atMs)}' WHERE day > DATE '2000-01-01' AND visit IN (${listOf(ns, String)})`,
    row: (n, atMs, random) => ({
      visit: n,
      seen: datetime(atMs, micros(random)),
      day: datetime(atMs).slice(0, 10),
      amount: `${n}.${random.between(1, 9)}`,
      state: 'new',
    }),
  },
  {
    // Read by sessions over the table itself; large enough at first for streams that the threads share.
    id: 'moorings',
    target: 'Moorings',
    primaryKey: ['berth', 'n'],
    timestampColumn: 'moored',
    schema: [
      { name: 'berth', type: 'STRING' },
      { name: 'n', type: 'INT64' },
      { name: 'moored', type: 'TIMESTAMP' },
      { name: 'draught', type: 'FLOAT64' },
    ],
    partitionedBy: undefined,
    read: 'storage',
    initialRows: 16_000,
    rowsPerWrite: 24,
    update: (name, ns, atMs, version) =>
      `UPDATE ${name} SET draught = ${version}, moored = TIMESTAMP '${timestamp(atMs)}' WHERE n IN (${listOf(ns, String)})`,
    row: (n, atMs, random) => ({ berth: `b${n % 89}`, n, moored: timestamp(atMs, micros(random)), draught: random.between(0, 1e6) / 64 }),
  },
];

/** How a table is read in a run. */
export function readOf(table: ChaosTable, choice: ReadChoice): ReadWay {
  return choice === 'both' ? table.read : choice;
}

/** The ways in which the tables of a run are read. */
export function waysOf(choice: ReadChoice): readonly [ReadWay, ...ReadWay[]] {
  return choice === 'both' ? ['rest', 'storage'] : [choice];
}
