import {
  type DuckDBConnection,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import type { WireField } from '../catalog/schema.ts';
import { invalid, notImplemented } from '../http/api-error.ts';
import type { Field } from '../sql/contract.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { elementType, storageType } from '../storage/storage-type.ts';

/** How a column of a file becomes one of a table. */
export interface FileType {
  /** The field that it becomes where nobody says another. */
  field(name: string): WireField;
  /** DuckDB expression of the value as a field stores it; throws where the field does not take it. */
  stored(field: Field, sql: string, path: string, depth?: number): string;
}

export async function columnsOf(connection: DuckDBConnection, relation: string): Promise<{ name: string; type: FileType }[]> {
  const result = await connection.runAndReadAll(`SELECT * FROM ${relation} LIMIT 0`);
  const types = result.columnTypes();
  return result.columnNames().map((name, i) => ({ name, type: fileType(types[i], name) }));
}

const INTEGERS: readonly DuckDBTypeId[] = [
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
];
const MOMENTS: readonly DuckDBTypeId[] = [
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
];

type Convert = (sql: string, field: Field) => string;
const cast: Convert = (sql, field) => `CAST(${sql} AS ${elementType(field)})`;

function fileType(type: DuckDBType | undefined, path: string): FileType {
  if (type instanceof DuckDBListType) return listType(fileType(type.valueType, path));
  if (type instanceof DuckDBStructType) return structType(type, path);
  if (type instanceof DuckDBDecimalType) return decimalType(type, path);
  const id = type?.typeId;
  if (id === undefined) throw notImplemented(`the Parquet type of column ${path}`);
  if (INTEGERS.includes(id)) return scalarType('INTEGER', { INT64: cast, NUMERIC: cast, FLOAT64: cast });
  if (MOMENTS.includes(id)) return scalarType('DATETIME', { DATETIME: cast, TIMESTAMP: (sql) => `make_timestamptz(epoch_us(${sql}))` });
  switch (id) {
    case DuckDBTypeId.BOOLEAN:
      return scalarType('BOOLEAN', { BOOL: cast });
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return scalarType('FLOAT', { FLOAT64: cast });
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.ENUM:
      return scalarType('STRING', {
        STRING: cast,
        JSON: (sql) => `CAST(bq_json_parse(CAST(${sql} AS VARCHAR), 'exact') AS JSON)`,
        GEOGRAPHY: cast,
      });
    case DuckDBTypeId.BLOB:
      return scalarType('BYTES', { BYTES: cast });
    case DuckDBTypeId.DATE:
      return scalarType('DATE', { DATE: cast });
    case DuckDBTypeId.TIME:
      return scalarType('TIME', { TIME: cast });
    case DuckDBTypeId.TIMESTAMP_TZ:
      return scalarType('TIMESTAMP', { TIMESTAMP: cast, DATETIME: cast });
    default:
      throw notImplemented(`the Parquet type ${type?.toString() ?? ''} of column ${path}`);
  }
}

function mismatch(field: Field, path: string, found: string): never {
  const wanted = `${field.mode === 'REPEATED' ? 'ARRAY of ' : ''}${field.type}`;
  throw invalid(`Provided schema does not match the file: field ${path} is ${found} in the file and ${wanted} in the table`);
}

function scalarType(wire: string, converts: Partial<Record<Field['type'], Convert>>): FileType {
  return {
    field: (name) => ({ name, type: wire, mode: 'NULLABLE' }),
    stored: (field, sql, path) => {
      const convert = converts[field.type];
      return convert === undefined || field.mode === 'REPEATED' ? mismatch(field, path, wire) : convert(sql, field);
    },
  };
}

function decimalType({ width, scale }: DuckDBDecimalType, path: string): FileType {
  const fits = scale <= 9 && width - scale <= 29;
  const numeric: Convert = (sql, field) => (fits ? cast(sql, field) : mismatch(field, path, `DECIMAL(${String(width)}, ${String(scale)})`));
  const text: Convert = (sql) => `bq_parse_bignumeric(CAST(${sql} AS VARCHAR))`;
  return scalarType(fits ? 'NUMERIC' : 'BIGNUMERIC', { NUMERIC: numeric, BIGNUMERIC: text });
}

function listType(item: FileType): FileType {
  return {
    field: (name) => ({ ...item.field(name), mode: 'REPEATED' }),
    stored: (field, sql, path, depth = 0) => {
      if (field.mode !== 'REPEATED') return mismatch(field, path, 'a list');
      const one: Field = { ...field, mode: 'NULLABLE' };
      const x = `x${String(depth)}`;
      const value = item.stored(one, x, path, depth + 1);
      const checked = `CASE WHEN ${x} IS NULL AND bq_fail('Field ${path.replaceAll("'", "''")} must not have NULL as an element') THEN NULL ELSE ${value} END`;
      return `coalesce(list_transform(${sql}, lambda ${x}: ${checked}), CAST([] AS ${storageType(field)}))`;
    },
  };
}

function structType(type: DuckDBStructType, path: string): FileType {
  const children = type.entryNames.map((name, i) => ({ name, type: fileType(type.entryTypes[i], `${path}.${name}`) }));
  return {
    field: (name) => ({ name, type: 'RECORD', mode: 'NULLABLE', fields: children.map((child) => child.type.field(child.name)) }),
    stored: (field, sql, at, depth = 0) => {
      if (field.type !== 'STRUCT' || field.mode === 'REPEATED') return mismatch(field, at, 'a record');
      return `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${members(field.fields ?? [], children, `(${sql})`, `${at}.`, depth)
        .map(({ name, sql: value }) => `${quoteIdentifier(name)} := ${value}`)
        .join(', ')}) END`;
    },
  };
}

/** The fields with what the file has for them; absent is NULL, or an empty array. */
export function members(
  fields: readonly Field[],
  columns: readonly { readonly name: string; readonly type: FileType }[],
  base: string,
  path: string,
  depth = 0,
): { name: string; sql: string; isGiven: boolean }[] {
  const unknown = columns.find((column) => !fields.some((field) => field.name.toLowerCase() === column.name.toLowerCase()));
  if (unknown) throw invalid(`Provided schema does not match the file: the table has no field ${path}${unknown.name}`);
  return fields.map((field) => {
    const column = columns.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    const required = `bq_fail('Missing required field: ${(path + field.name).replaceAll("'", "''")}')`;
    if (column === undefined) {
      const none = field.mode === 'REPEATED' ? '[]' : field.mode === 'REQUIRED' ? `CASE WHEN ${required} THEN NULL END` : 'NULL';
      return { name: field.name, sql: `CAST(${none} AS ${storageType(field)})`, isGiven: false };
    }
    const sql = `${base === '' ? '' : `${base}.`}${quoteIdentifier(column.name)}`;
    const value = column.type.stored(field, sql, path + field.name, depth);
    const isRequired = field.mode === 'REQUIRED';
    return {
      name: field.name,
      sql: isRequired ? `CASE WHEN ${sql} IS NULL AND ${required} THEN NULL ELSE ${value} END` : value,
      isGiven: true,
    };
  });
}
