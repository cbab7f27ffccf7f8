import { notFound, notImplemented } from '../http/api-error.ts';
import type { Field, FieldType } from '../sql/contract.ts';
import { partitionId } from '../storage/partition.ts';
import { quoteText } from '../storage/sql-text.ts';
import { elementType } from '../storage/storage-type.ts';
import type { Table } from './table.ts';

/** A view on the catalog: its columns, and its rows as DuckDB text. */
interface SchemaView {
  readonly fields: readonly Field[];
  readonly relation: string;
}

/** `INFORMATION_SCHEMA.<name>` of one dataset at `nowMicros`. */
export function schemaView(name: string, dataset: string, tables: readonly Table[], nowMicros: bigint): SchemaView {
  switch (name.toUpperCase()) {
    case 'PARTITIONS':
      return view(
        PARTITIONS,
        tables.filter((table) => table.record.kind === 'TABLE').flatMap((table) => partitionRows(table, nowMicros)),
      );
    case 'COLUMNS':
      return view(COLUMNS, tables.flatMap(columnRows));
    case 'TABLES':
      return view(TABLES, tables.map(tableRow));
    default:
      if (/^[A-Z_]+$/i.test(name)) throw notImplemented(`INFORMATION_SCHEMA.${name.toUpperCase()}`);
      throw notFound(`Not found: Table ${dataset}.INFORMATION_SCHEMA.${name}`);
  }
}

type Columns = readonly (readonly [name: string, type: FieldType])[];

const PARTITIONS: Columns = [
  ['table_catalog', 'STRING'],
  ['table_schema', 'STRING'],
  ['table_name', 'STRING'],
  ['partition_id', 'STRING'],
  ['total_rows', 'INT64'],
  ['total_logical_bytes', 'INT64'],
  ['total_billable_bytes', 'INT64'],
  ['last_modified_time', 'TIMESTAMP'],
  ['storage_tier', 'STRING'],
];

const COLUMNS: Columns = [
  ['table_catalog', 'STRING'],
  ['table_schema', 'STRING'],
  ['table_name', 'STRING'],
  ['column_name', 'STRING'],
  ['ordinal_position', 'INT64'],
  ['is_nullable', 'STRING'],
  ['data_type', 'STRING'],
  ['is_hidden', 'STRING'],
  ['is_system_defined', 'STRING'],
  ['is_partitioning_column', 'STRING'],
  ['clustering_ordinal_position', 'INT64'],
];

const TABLES: Columns = [
  ['table_catalog', 'STRING'],
  ['table_schema', 'STRING'],
  ['table_name', 'STRING'],
  ['table_type', 'STRING'],
  ['creation_time', 'TIMESTAMP'],
];

function view(columns: Columns, rows: readonly (readonly (string | number | bigint | null)[])[]): SchemaView {
  const fields = columns.map(([name, type]): Field => ({ name, type, mode: 'NULLABLE' }));
  const typed = fields.map((field) => `${field.name}::${elementType(field)} AS ${field.name}`).join(', ');
  const names = fields.map((field) => field.name).join(', ');
  const values =
    rows.length === 0 ? `(${columns.map(() => 'NULL').join(', ')})` : rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  const filter = rows.length === 0 ? ' WHERE false' : '';
  return { fields, relation: `(SELECT ${typed} FROM (VALUES ${values}) AS v(${names})${filter})` };
}

function literal(value: string | number | bigint | null): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? quoteText(value) : String(value);
}

function timestampText(micros: bigint): string {
  return `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${String(micros % 1000n).padStart(3, '0')}Z`;
}

function partitionRows(table: Table, nowMicros: bigint): (string | number | bigint | null)[][] {
  const { project, dataset, table: name, partitioning } = table.record;
  const buffered = table.buffer.content(nowMicros);
  const row = (id: string | null, rows: number, bytes: number, micros: bigint): (string | number | bigint | null)[] => [
    project,
    dataset,
    name,
    id,
    rows,
    bytes,
    bytes,
    timestampText(micros),
    'ACTIVE',
  ];
  if (!partitioning) return [row(null, table.stats.rows, table.stats.bytes, table.modifiedMicros)];
  const rows: (string | number | bigint | null)[][] = [];
  for (const partition of table.stats.partitions) {
    const held = (buffered?.changes ?? []).filter((change) => change.start === partition.start);
    const heldRows = held.reduce((sum, change) => sum + change.rows, 0);
    const heldBytes = held.reduce((sum, change) => sum + add(change.bytes), 0);
    if (partition.rows - heldRows > 0) {
      rows.push(
        row(
          partitionId(partition.start, partitioning.unit),
          partition.rows - heldRows,
          add(partition.bytes) - heldBytes,
          partition.modifiedMicros,
        ),
      );
    }
  }
  if (buffered) rows.push(row('__UNPARTITIONED__', buffered.rows, buffered.bytes, table.modifiedMicros));
  return rows;
}

function add(bytes: readonly number[]): number {
  return bytes.reduce((sum, column) => sum + column, 0);
}

function columnRows(table: Table): (string | number | null)[][] {
  const { project, dataset, table: name, partitioning, clustering } = table.record;
  return table.fields.map((field, index) => {
    const clusteringPosition = (clustering ?? []).findIndex((column) => column.toLowerCase() === field.name.toLowerCase());
    return [
      project,
      dataset,
      name,
      field.name,
      index + 1,
      field.mode === 'REQUIRED' ? 'NO' : 'YES',
      typeText(field),
      'NO',
      'NO',
      partitioning?.field?.toLowerCase() === field.name.toLowerCase() ? 'YES' : 'NO',
      clusteringPosition < 0 ? null : clusteringPosition + 1,
    ];
  });
}

/** A type as SQL writes it, for example `ARRAY<STRUCT<a INT64, b STRING>>`. */
function typeText(field: Field): string {
  let text: string = field.type;
  if (field.type === 'STRUCT') text = `STRUCT<${(field.fields ?? []).map((child) => `${child.name} ${typeText(child)}`).join(', ')}>`;
  if (field.type === 'RANGE') text = `RANGE<${field.rangeElementType ?? 'DATE'}>`;
  return field.mode === 'REPEATED' ? `ARRAY<${text}>` : text;
}

function tableRow(table: Table): string[] {
  const { project, dataset, table: name, kind, createdMicros } = table.record;
  return [
    project,
    dataset,
    name,
    { VIEW: 'VIEW', MATERIALIZED_VIEW: 'MATERIALIZED VIEW', TABLE: 'BASE TABLE' }[kind],
    timestampText(BigInt(createdMicros)),
  ];
}
