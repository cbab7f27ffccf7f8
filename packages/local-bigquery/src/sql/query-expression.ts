import type { Query } from './ast.ts';
import { castTo } from './cast.ts';
import { coerce, commonType } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { notSupported, type Place } from './place.ts';
import { analyzeQuery, type OutputColumn, type QueryPlan } from './query.ts';
import type { Typed } from './typed.ts';
import { arrayOf, BOOL, isComparable, typeName, ungroupable } from './types.ts';

function inner(query: Query, context: Context, readsColumns = true): QueryPlan {
  const plan = analyzeQuery(query, { env: context.env, ctes: context.ctes, parent: context.scope });
  for (const use of plan.always) context.uses.add(use);
  if (readsColumns) for (const column of plan.columns) for (const use of column.uses) context.uses.add(use);
  return plan;
}

function onlyColumn(plan: QueryPlan, what: string, at: Place): OutputColumn {
  const [column] = plan.columns;
  if (column === undefined || plan.columns.length !== 1)
    throw new SqlError(`${what} must have exactly one column, not ${String(plan.columns.length)}`, at);
  return column;
}

export function analyzeExists(query: Query, context: Context, at: Place): Typed {
  return { type: BOOL, sql: `EXISTS (${inner(query, context, false).sql})`, at, constant: false };
}

export function analyzeScalarQuery(query: Query, context: Context, at: Place): Typed {
  const plan = inner(query, context);
  return { type: onlyColumn(plan, 'A scalar subquery', at).type, sql: `(${plan.sql})`, at, constant: false };
}

export function analyzeArrayQuery(query: Query, context: Context, at: Place): Typed {
  const plan = inner(query, context);
  const column = onlyColumn(plan, 'An ARRAY subquery', at);
  if (column.type.kind === 'ARRAY')
    throw new SqlError('Cannot use array subquery with column of type ARRAY because nested arrays are not supported', at);
  return { type: arrayOf(column.type), sql: `ARRAY(${plan.sql})`, at, constant: false };
}

export function analyzeInQuery(operand: Typed, query: Query, negated: boolean, context: Context, at: Place): Typed {
  const plan = inner(query, context);
  const column = onlyColumn(plan, 'A subquery in IN', at);
  const item: Typed = { type: column.type, sql: column.sqlName, at, constant: false };
  const type = commonType([operand, item]);
  const value = type && coerce(operand, type);
  if (!value || coerce(item, type) === undefined || !isComparable(type)) {
    throw new SqlError(`Cannot execute IN subquery with uncomparable types ${typeName(operand.type)} and ${typeName(column.type)}`, at);
  }
  if (ungroupable(type) !== undefined || type.kind === 'STRUCT') throw notSupported(`IN of a subquery of ${typeName(type)}`, at);
  const alias = context.env.alias();
  const source = `SELECT ${castTo({ ...item, sql: `${alias}.${column.sqlName}` }, type, at).sql} FROM (${plan.sql}) AS ${alias}`;
  return { type: BOOL, sql: `(${value.sql} ${negated ? 'NOT ' : ''}IN (${source}))`, at, constant: false };
}
