import { AGGREGATES } from './aggregate.ts';
import type { Expr, Query, Select } from './ast.ts';
import { contains } from './ast-walk.ts';
import { mustCoerce } from './coerce.ts';
import type { Context, Grouping } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { analyzeFrom, EMPTY_SOURCE, expressionContext, type Source } from './from.ts';
import { requireGroupable } from './groupable.ts';
import { orderSql } from './order.ts';
import { notSupported } from './place.ts';
import { bothPruning, type Pruning } from './pruning.ts';
import { type OutputColumn, orderedByColumns, planOf, type QueryPlan, type QueryScope } from './query.ts';
import type { RangeVariable, ScopeColumn } from './scope.ts';
import { expandItems, type OutputItem } from './select-items.ts';
import type { BaseColumn, Typed } from './typed.ts';
import { quoteIdentifier } from './quote.ts';
import { BOOL, structFieldName, typeName } from './types.ts';

const isAggregate = (e: Expr): boolean => e.kind === 'call' && e.over === undefined && Object.hasOwn(AGGREGATES, e.name);
const isWindow = (e: Expr): boolean => e.kind === 'call' && e.over !== undefined;

export function analyzeSelect(select: Select, orderBy: Query['orderBy'], query: QueryScope): QueryPlan {
  const always = new Set<BaseColumn>();
  let pruning: Pruning | undefined;
  const source = select.from
    ? analyzeFrom(select.from, query, {
        always,
        prune: (found, only) => (pruning = bothPruning(pruning, only ? restrict(found, only) : found)),
      })
    : EMPTY_SOURCE;
  const plainBase = expressionContext(query, source, always);
  const namedWindows = new Map((select.windows ?? []).map(({ name, spec }) => [name.text.toLowerCase(), spec]));
  const base: Context = namedWindows.size > 0 ? { ...plainBase, namedWindows } : plainBase;
  const where = select.where && mustCoerce(analyze(select.where, { ...base, clause: 'WHERE clause' }), BOOL, 'WHERE clause');
  pruning = bothPruning(pruning, restrict(where?.pruning, source.variables));
  for (const [use, constraint] of pruning ?? []) query.env.constrain(use, constraint);

  const items = expandItems(select, base);
  const clauses = [...items.map((i) => i.expr), select.having, select.qualify, ...orderBy.map((o) => o.expr)].filter(
    (e) => e !== undefined,
  );
  const groupBy = select.groupByAll === true ? allKeys(items, base) : select.groupBy;
  const isGrouped = groupBy !== undefined || clauses.some((e) => contains(e, isAggregate));
  const numbered = clauses.some((e) => contains(e, isWindow));
  const keys = (groupBy ?? []).map((key) => groupingKey(key, items, base));
  const grouping: Grouping | undefined = isGrouped ? { keys: new Set(keys.map((k) => k.sql)) } : undefined;
  const context: Context = { ...base, aggregates: true, windows: true, clause: 'SELECT list', ...(grouping ? { grouping } : {}) };

  const columns = items.map((item, i) => outputColumn(item, i, context));
  const output = select.asStruct ? [structColumn(columns, select)] : select.asValue ? [valueColumn(columns, select)] : columns;
  if (select.distinct) requireDistinct(output, select, always);
  const named = columns
    .filter((c) => c.name !== undefined)
    .map((c): ScopeColumn => ({ name: c.name, type: c.type, sql: c.value.sql, uses: c.uses }));
  const after: Context = { ...context, scope: base.scope.withOutputs(named), windows: false };
  if (select.having !== undefined && !isGrouped)
    throw new SqlError('The HAVING clause requires GROUP BY or aggregation to be present', select.having.at);
  const having = select.having && mustCoerce(analyze(select.having, { ...after, clause: 'HAVING clause' }), BOOL, 'HAVING clause');
  const qualify =
    select.qualify && mustCoerce(analyze(select.qualify, { ...after, windows: true, clause: 'QUALIFY clause' }), BOOL, 'QUALIFY clause');

  const clausesSql = [
    source.sql === '' ? '' : `FROM ${source.sql}`,
    where ? `WHERE ${where.sql}` : '',
    groupBySql(
      keys.map((k) => k.sql),
      select.groupingSets,
    ),
    having ? `HAVING ${having.sql}` : '',
    qualify ? `QUALIFY ${qualify.sql}` : '',
  ];
  const write =
    (order: string): QueryPlan['named'] =>
    (names) => {
      const list = output.map((c, i) => `${c.value.sql} AS ${names[i] ?? ''}`).join(', ');
      return [`SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}`, ...clausesSql, order].filter((p) => p !== '').join(' ');
    };
  const isRow = !select.from && !where && !isGrouped && !numbered && !qualify && (!query.parent || output.every((c) => c.value.constant));
  const plan = planOf(write(''), {
    columns: output,
    always,
    hasOrderBy: false,
    passesFilters: !isGrouped && !numbered && !hasOptional(source),
    isValueTable: select.asStruct || select.asValue,
    ...(isRow ? { rows: [output.map((c) => c.value.sql)] } : {}),
  });
  if (orderBy.length === 0) return plan;
  if (select.distinct) return orderedByColumns(plan, orderBy, query);
  const order = orderSql(orderBy, { ...after, windows: true, clause: 'ORDER BY clause' }, (expr) =>
    ordinal(expr, columns, 'ORDER BY', always),
  );
  const { rows: _, ...rest } = plan;
  return planOf(write(`ORDER BY ${order}`), { ...rest, hasOrderBy: true });
}

/** GROUP BY ALL: what of the SELECT list is neither constant nor holds an aggregate. */
function allKeys(items: readonly OutputItem[], base: Context): Expr[] | undefined {
  const keys = items.flatMap((item, i): Expr[] => {
    if (contains(item.expr, isAggregate)) return [];
    if (contains(item.expr, isWindow)) throw notSupported('GROUP BY ALL beside a window function', item.expr.at);
    const value = base.env.tentatively(() => valueOf(item, { ...base, uses: new Set(), clause: 'GROUP BY ALL' }));
    return value.constant ? [] : [{ kind: 'integer', value: BigInt(i + 1), at: item.expr.at }];
  });
  return keys.length === 0 && items.some((item) => contains(item.expr, isAggregate)) ? undefined : keys;
}

function groupBySql(keys: readonly string[], sets: Select['groupingSets']): string {
  if (sets === undefined) return keys.length > 0 ? `GROUP BY ${keys.join(', ')}` : '';
  return `GROUP BY ${sets.kind} (${sets.sets.map((set) => `(${set.map((i) => keys[i] ?? '').join(', ')})`).join(', ')})`;
}

function valueColumn(columns: readonly OutputColumn[], select: Select): OutputColumn {
  const [column] = columns;
  if (column === undefined || columns.length !== 1) throw new SqlError('SELECT AS VALUE query must have exactly one column', select.at);
  return { ...column, name: undefined };
}

const hasOptional = (source: Source): boolean => source.variables.some((v) => v.nullable);

/** Only the constraints of tables that stand in these variables, where a filter may reach them. */
function restrict(pruning: Pruning | undefined, variables: readonly RangeVariable[]): Pruning | undefined {
  const reachable = new Set(variables.flatMap((v) => v.columns.map((c) => c.base?.use)));
  return pruning && new Map([...pruning].filter(([use]) => reachable.has(use)));
}

/** A key of GROUP BY: a column's number, an alias of the SELECT list, or an expression. */
function groupingKey(key: Expr, items: readonly OutputItem[], base: Context): Typed {
  const item = namedItem(key, items);
  const context: Context = { ...base, clause: 'GROUP BY clause' };
  const value = item ? valueOf(item, context) : analyze(key, context);
  requireGroupable(value.type, 'GROUP BY', `Grouping by expressions of type ${typeName(value.type)} is not allowed`, key.at);
  return value;
}

function namedItem(key: Expr, items: readonly OutputItem[]): OutputItem | undefined {
  if (key.kind === 'integer') {
    const item = items[Number(key.value) - 1];
    if (item === undefined) throw new SqlError(`GROUP BY column number item is out of range: ${String(key.value)}`, key.at);
    return item;
  }
  if (key.kind !== 'path' || key.names.length !== 1) return undefined;
  const [name] = key.names;
  // An alias that only repeats a column's name is that column.
  return items.find((i) => i.alias?.toLowerCase() === name.text.toLowerCase());
}

function valueOf(item: OutputItem, context: Context): Typed {
  return item.value ? item.value(context) : analyze(item.expr, context);
}

function outputColumn(item: OutputItem, index: number, context: Context): OutputColumn {
  const uses = new Set<BaseColumn>();
  const value = valueOf(item, { ...context, uses });
  const sqlName = `"c${String(index + 1)}"`;
  return { name: item.alias ?? item.implied, sqlName, value, type: value.type, uses, ...(value.column ? { base: value.column } : {}) };
}

function structColumn(columns: readonly OutputColumn[], select: Select): OutputColumn {
  const fields = columns.map((c) => ({ ...(c.name === undefined ? {} : { name: c.name }), type: c.type }));
  const names = fields.map((field, i) => structFieldName(field, i));
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
    throw notSupported('SELECT AS STRUCT with equally named columns', select.at);
  const type = { kind: 'STRUCT' as const, fields };
  const sql = `struct_pack(${columns.map((c, i) => `${quoteIdentifier(names[i] ?? '')} := ${c.value.sql}`).join(', ')})`;
  const value: Typed = { type, sql, at: select.at, constant: false };
  return { name: undefined, sqlName: '"c1"', value, type, uses: new Set(columns.flatMap((c) => [...c.uses])) };
}

function requireDistinct(columns: readonly OutputColumn[], select: Select, always: Set<BaseColumn>): void {
  for (const column of columns) {
    const message = `Column ${column.name ?? column.sqlName} of type ${typeName(column.type)} cannot be used in SELECT DISTINCT`;
    requireGroupable(column.type, 'SELECT DISTINCT', message, select.at);
    for (const use of column.uses) always.add(use);
  }
}

function ordinal(expr: Expr, columns: readonly OutputColumn[], clause: string, always: Set<BaseColumn>): Typed | undefined {
  if (expr.kind !== 'integer') return undefined;
  const column = columns[Number(expr.value) - 1];
  if (column === undefined) throw new SqlError(`${clause} column number item is out of range: ${String(expr.value)}`, expr.at);
  for (const use of column.uses) always.add(use);
  return column.value;
}
