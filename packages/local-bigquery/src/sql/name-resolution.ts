import type { ElementMode, Name, PathExpr } from './ast.ts';
import { nowConstant } from './call.ts';
import { type Context, ungrouped } from './context.ts';
import { SqlError } from './contract.ts';
import { notSupported, type Place } from './place.ts';
import { quoteIdentifier, quoteString } from './quote.ts';
import { fieldNamed, nearest, type RangeVariable, type ScopeColumn } from './scope.ts';
import type { Typed } from './typed.ts';
import { mustCoerce } from './coerce.ts';
import { INT64, structFieldName, typeName } from './types.ts';

/** A name, or a path of names: range variable or column, then fields. */
export function analyzePath(expr: PathExpr, place: Context): Typed {
  const [first, ...rest] = expr.names;
  const found = place.scope.find(first);
  const context = found?.ungrouped === true ? ungrouped(place) : place;
  if (found === undefined) {
    const now = rest.length === 0 ? nowConstant(first.text.toUpperCase(), context, expr.at) : undefined;
    if (now) return now;
    throw context.scope.unrecognized(first);
  }
  if (found.kind === 'column') return withFields(columnValue(found.column, first, context), rest);
  const { variable } = found;
  if (variable.element !== undefined) return withFields(columnValue(variable.element, first, context), rest);
  const [second, ...deeper] = rest;
  if (second === undefined) return rowValue(variable, first, context);
  const named = [...variable.columns, ...(variable.hidden ?? [])];
  const columns = named.filter((c) => c.name?.toLowerCase() === second.text.toLowerCase());
  if (columns.length > 1) throw new SqlError(`Column name ${second.text} is ambiguous`, second.at);
  const [column] = columns;
  if (column === undefined) {
    const near = nearest(
      second.text,
      variable.columns.map((c) => c.name).filter((n) => n !== undefined),
    );
    throw new SqlError(
      `Name ${second.text} not found inside ${first.text}${near === undefined ? '' : `; Did you mean ${near}?`}`,
      second.at,
    );
  }
  return withFields(columnValue(column, second, context), deeper);
}

const withFields = (value: Typed, names: readonly Name[]): Typed => names.reduce((base, name) => analyzeField(base, name), value);

export function columnValue(column: ScopeColumn, name: Name, context: Context): Typed {
  if (context.grouping !== undefined && !context.grouping.keys.has(column.sql)) {
    throw new SqlError(`${context.clause} expression references column ${name.text} which is neither grouped nor aggregated`, name.at);
  }
  for (const use of column.uses) context.uses.add(use);
  return { type: column.type, sql: column.sql, at: name.at, constant: false, ...(column.base ? { column: column.base } : {}) };
}

function rowValue(variable: RangeVariable, name: Name, context: Context): Typed {
  if (variable.nullable) throw notSupported(`the whole row ${name.text} from the side of an outer join that may have none`, name.at);
  const row = variable.columns.map((column, i) => {
    const value = columnValue(column, name, context);
    return { name: column.name ?? `_field_${String(i + 1)}`, type: value.type, sql: value.sql };
  });
  const names = row.map((f) => f.name.toLowerCase());
  if (new Set(names).size < names.length) throw notSupported(`the whole row ${name.text} with two columns of the same name`, name.at);
  const sql = `struct_pack(${row.map((f) => `${quoteIdentifier(f.name)} := ${f.sql}`).join(', ')})`;
  return { type: { kind: 'STRUCT', fields: row.map((f) => ({ name: f.name, type: f.type })) }, sql, at: name.at, constant: false, row };
}

export function analyzeField(base: Typed, name: Name): Typed {
  if (base.type.kind === 'JSON')
    return { type: base.type, sql: `bq_json_member(${base.sql}, ${quoteString(name.text)})`, at: name.at, constant: base.constant };
  if (base.type.kind !== 'STRUCT')
    throw new SqlError(`Cannot access field ${name.text} on a value with type ${typeName(base.type)}`, name.at);
  const found = fieldNamed(base.type.fields, name);
  if (found === undefined) throw new SqlError(`Field name ${name.text} does not exist in ${typeName(base.type)}`, name.at);
  const row = base.row?.[found.index];
  if (row) return { type: row.type, sql: row.sql, at: name.at, constant: false };
  const sql = `(${base.sql}).${quoteIdentifier(structFieldName(found.field, found.index))}`;
  return { type: found.field.type, sql, at: name.at, constant: base.constant };
}

/** `s[OFFSET(0)]`: a field by its place. */
function analyzePosition(base: Typed, first: bigint, index: Typed, at: Place): Typed {
  const fields = base.type.kind === 'STRUCT' ? base.type.fields : [];
  if (typeof index.value !== 'bigint')
    throw new SqlError('A field of a STRUCT is accessed by a literal position or query parameter', index.at);
  const place = Number(index.value - first);
  const field = fields[place];
  if (field === undefined) throw new SqlError(`Field position ${String(index.value)} is out of bounds in ${typeName(base.type)}`, index.at);
  const sql = `(${base.sql}).${quoteIdentifier(structFieldName(field, place))}`;
  return { type: field.type, sql, at, constant: base.constant };
}

export function analyzeElement(base: Typed, mode: ElementMode, index: Typed, at: Place): Typed {
  if (base.type.kind === 'JSON') {
    if (mode !== 'PLAIN') throw new SqlError(`${mode} is not supported on JSON`, at);
    const name = index.type.kind === 'STRING' ? index : undefined;
    const sql = name
      ? `bq_json_member(${base.sql}, ${name.sql})`
      : `bq_json_element(${base.sql}, ${mustCoerce(index, INT64, 'A JSON subscript').sql})`;
    return { type: base.type, sql, at, constant: base.constant && index.constant };
  }
  if (base.type.kind === 'STRUCT' && !mode.startsWith('SAFE_')) return analyzePosition(base, mode === 'ORDINAL' ? 1n : 0n, index, at);
  if (base.type.kind !== 'ARRAY')
    throw new SqlError(`Element access using [] is not supported on values of type ${typeName(base.type)}`, at);
  const position = mustCoerce(index, INT64, 'An array position').sql;
  const fromOne = mode === 'ORDINAL' || mode === 'SAFE_ORDINAL';
  const safe = mode === 'SAFE_OFFSET' || mode === 'SAFE_ORDINAL';
  const checked = `bq_array_position(${position}, len(${base.sql}), ${fromOne ? '1' : '0'}, ${safe ? 'TRUE' : 'FALSE'})`;
  return { type: base.type.element, sql: `(${base.sql})[${checked}]`, at, constant: base.constant && index.constant };
}
