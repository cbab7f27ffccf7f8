import type { Expr, Name, Statement } from './ast.ts';
import { castTo } from './cast.ts';
import { coerce, mustCoerce } from './coerce.ts';
import { constant } from './constant.ts';
import type { Context } from './context.ts';
import { type CatalogTable, type Compiled, type Field, SqlError } from './contract.ts';
import type { Environment } from './environment.ts';
import { defaultSql } from './default-value.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext, tableVariable, useTable } from './from.ts';
import { compileUpdateFrom } from './merge.ts';
import { notSupported, type Place } from './place.ts';
import { analyzeQuery, type QueryScope } from './query.ts';
import { referencesOf } from './references.ts';
import { nearest, Scope } from './scope.ts';
import type { BaseColumn, TableUse, Typed } from './typed.ts';
import { BOOL, fieldType, type SqlType, storageType, typeName } from './types.ts';

/** DuckDB's name of the table that a statement changes. */
const TARGET = 'bq_target';

export function compileInsert(statement: Statement & { kind: 'insert' }, env: Environment): Compiled {
  const query: QueryScope = { env, ctes: new Map() };
  const target = targetTable(statement.path, query);
  const fields = statement.columns ? statement.columns.map((name) => fieldNamed(target, name)) : target.fields;
  if (new Set(fields).size < fields.length) throw new SqlError('A column appears twice in the INSERT column list', statement.at);
  const columns = fields.map((f) => f.name);
  if (statement.source.kind === 'values') {
    const context: Context = { ...expressionContext(query, EMPTY_SOURCE, new Set()), scope: new Scope([]), clause: 'VALUES' };
    const rows = statement.source.rows.map((row) => valuesRow(row, fields, context));
    const list = columns.map((_, i) => `CAST("c${String(i + 1)}" AS ${storageType(fieldType(fields[i] ?? missing()))})`);
    const names = columns.map((_, i) => `"c${String(i + 1)}"`).join(', ');
    const sql = `SELECT ${list.join(', ')} FROM (VALUES ${rows.join(', ')}) AS "rows"(${names})`;
    return { kind: 'insert', target, columns, sql, references: referencesOf(env, context.uses) };
  }
  const plan = analyzeQuery(statement.source.query, query);
  if (plan.columns.length !== fields.length) {
    throw new SqlError(
      `Inserted row has wrong column count; Has ${String(plan.columns.length)}, expected ${String(fields.length)}`,
      statement.source.query.at,
    );
  }
  const alias = env.alias();
  const uses = new Set(plan.always);
  const list = plan.columns.map((column, i) => {
    for (const use of column.uses) uses.add(use);
    const field = fields[i] ?? missing();
    const type = fieldType(field);
    if (coerce(column.value, type) === undefined) throw mismatch(column.type, type, field, column.value.at);
    const value = castTo({ ...column.value, sql: `${alias}.${column.sqlName}` }, type, column.value.at);
    return stored(column.value.literal === 'null' ? constant(type, null, value.at) : value, field);
  });
  const sql = `SELECT ${list.join(', ')} FROM (${plan.sql}) AS ${alias}`;
  return { kind: 'insert', target, columns, sql, references: referencesOf(env, uses) };
}

const missing = (): never => {
  throw new RangeError('each column has its field');
};

function valuesRow(row: { readonly values: readonly Expr[]; readonly at: Place }, fields: readonly Field[], context: Context): string {
  if (row.values.length !== fields.length) {
    throw new SqlError(`Inserted row has wrong column count; Has ${String(row.values.length)}, expected ${String(fields.length)}`, row.at);
  }
  return `(${fields.map((field, i) => assigned(row.values[i] ?? missing(), field, context)).join(', ')})`;
}

/** A value as a column stores it. */
export function assigned(expr: Expr, field: Field, context: Context): string {
  const type = fieldType(field);
  const value = expr.kind === 'default' ? defaultOf(field, type, expr.at, context) : analyze(expr, context);
  const coerced = coerce(value, type);
  if (coerced === undefined) throw mismatch(value.type, type, field, expr.at);
  return stored(coerced, field);
}

const mismatch = (from: SqlType, to: SqlType, field: Field, at: Place): SqlError =>
  new SqlError(`Value has type ${typeName(from)} which cannot be inserted into column ${field.name}, which has type ${typeName(to)}`, at);

function stored(value: Typed, field: Field): string {
  if (field.mode === 'REQUIRED' && value.constant && value.value === null)
    throw new SqlError(`Required field ${field.name} cannot be null`, value.at);
  // A table holds an absent array as an empty one.
  return field.mode === 'REPEATED' ? `coalesce(${value.sql}, CAST([] AS ${storageType(value.type)}))` : value.sql;
}

function defaultOf(field: Field, type: SqlType, at: Place, context: Context): Typed {
  if (field.defaultValue === undefined) return constant(type, null, at);
  return { type, sql: defaultSql(field, context.env.options.nowMicros, context.env.options.sessionUser), at, constant: false };
}

export function compileUpdate(statement: Statement & { kind: 'update' }, env: Environment): Compiled {
  if (statement.from !== undefined) return compileUpdateFrom(statement, statement.from, env);
  const { target, context } = changed(statement.path, statement.alias, env);
  const assignments = new Map<string, string>();
  for (const { target: path, expr } of statement.assignments) {
    const [name, second, third] = path;
    if (name === undefined) throw new RangeError('an assignment has a target');
    const qualified = second !== undefined && context.scope.variables.some((v) => v.alias?.toLowerCase() === name.text.toLowerCase());
    if (qualified ? third : second) throw notSupported('UPDATE of a field inside a STRUCT', name.at);
    const field = fieldNamed(target, qualified ? second : name);
    if (assignments.has(field.name)) throw new SqlError(`Update item ${field.name} assigned more than once`, name.at);
    assignments.set(field.name, assigned(expr, field, { ...context, clause: 'UPDATE SET' }));
  }
  const where = filter(statement.where, context);
  return { kind: 'update', target, assignments, where, alias: TARGET, references: referencesOf(env, context.uses) };
}

export function compileDelete(statement: Statement & { kind: 'delete' }, env: Environment): Compiled {
  const { target, context } = changed(statement.path, statement.alias, env);
  const where = filter(statement.where, context);
  return { kind: 'delete', target, where, alias: TARGET, references: referencesOf(env, context.uses) };
}

export function compileTruncate(statement: Statement & { kind: 'truncate' }, env: Environment): Compiled {
  return { kind: 'truncate', target: targetTable(statement.path, { env, ctes: new Map() }), references: [] };
}

function changed(
  path: readonly Name[],
  alias: Name | undefined,
  env: Environment,
): { target: CatalogTable; use: TableUse; context: Context } {
  const query: QueryScope = { env, ctes: new Map() };
  const use = useTable(path, query);
  const variable = tableVariable(use, alias?.text ?? path.at(-1)?.text ?? '', TARGET);
  const uses = new Set<BaseColumn>();
  const context = { ...expressionContext(query, { sql: '', variables: [variable], merged: [] }, uses) };
  return { target: use.table, use, context };
}

function filter(expr: Expr, context: Context): string {
  const where = mustCoerce(analyze(expr, { ...context, clause: 'WHERE clause' }), BOOL, 'WHERE clause');
  for (const [use, constraint] of where.pruning ?? []) context.env.constrain(use, constraint);
  return where.sql;
}

/** The table of an INSERT or TRUNCATE, which is not read. */
function targetTable(path: readonly Name[], query: QueryScope): CatalogTable {
  const use = useTable(path, query);
  query.env.uses.pop();
  return use.table;
}

export function fieldNamed(table: CatalogTable, name: Name): Field {
  const field = table.fields.find((f) => f.name.toLowerCase() === name.text.toLowerCase());
  if (field) return field;
  const near = nearest(
    name.text,
    table.fields.map((f) => f.name),
  );
  throw new SqlError(
    `Column ${name.text} is not present in table ${table.dataset}.${table.table}${near === undefined ? '' : `; Did you mean ${near}?`}`,
    name.at,
  );
}
