import type { Expr, FromItem } from './ast.ts';
import { mustCoerce } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext, type Source, tableVariable, useTable } from './from.ts';
import { notSupported } from './place.ts';
import type { QueryScope } from './query.ts';
import type { TableUse } from './typed.ts';
import { TIMESTAMP } from './types.ts';

/** `APPENDS` or `CHANGES` of a table; its bounds are constants, as a snapshot's time is. */
export function analyzeHistory(item: FromItem & { kind: 'history' }, query: QueryScope): Source {
  const use = useTable(item.path, query);
  query.env.uses.pop();
  const { table } = use;
  if (table.history === undefined)
    throw new SqlError(`${item.name} is only supported on regular tables, which ${table.dataset}.${table.table} is not`, item.at);
  const bound = (index: number): bigint | undefined => {
    const expr = item.range[index];
    if (expr === undefined || expr.kind === 'null') return undefined;
    return timeConstant(expr, query, item.name);
  };
  if (item.name === 'CHANGES' && item.range.length < 2) throw new SqlError('CHANGES takes a table, a start and an end', item.at);
  const [fromMicros, toMicros] = [bound(0), bound(1)];
  const events = table.history({
    name: item.name,
    ...(fromMicros === undefined ? {} : { fromMicros }),
    ...(toMicros === undefined ? {} : { toMicros }),
  });
  const read: TableUse = { table: events, columns: new Set() };
  query.env.uses.push(read);
  const alias = query.env.alias();
  const name = item.alias?.text ?? item.name;
  return { sql: `${events.relation()} AS ${alias}`, variables: [tableVariable(read, name, alias)], merged: [] };
}

/** A constant time; NULL is none. */
function timeConstant(expr: Expr, query: QueryScope, clause: string): bigint | undefined {
  const context: Context = { ...expressionContext(query, EMPTY_SOURCE, new Set()), clause };
  const time = mustCoerce(analyze(expr, context), TIMESTAMP, clause);
  if (!time.constant) throw new SqlError(`${clause} must have constant bounds`, expr.at);
  if (time.value === null) return undefined;
  if (typeof time.value !== 'bigint') throw notSupported(`${clause} with this expression`, expr.at);
  return time.value;
}
