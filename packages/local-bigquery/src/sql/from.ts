import type { FromItem, Name, PathExpr } from './ast.ts';
import type { Context } from './context.ts';
import { type Field, SqlError } from './contract.ts';
import { coercePair, mustCoerce } from './coerce.ts';
import { analyze } from './expression.ts';
import { analyzeHistory } from './from-history.ts';
import { analyzePivot, analyzeUnpivot } from './from-pivot.ts';
import { comparison } from './operators.ts';
import { parseStatement } from './parse-statement.ts';
import { notSupported } from './place.ts';
import type { Pruning } from './pruning.ts';
import { quoteIdentifier } from './quote.ts';
import { analyzeQuery, type OutputColumn, type QueryScope } from './query.ts';
import { type RangeVariable, Scope, type ScopeColumn } from './scope.ts';
import type { BaseColumn, TableUse, Typed } from './typed.ts';
import { BOOL, fieldType, INT64, structFieldName, TIMESTAMP } from './types.ts';

/** A part of FROM: its DuckDB text and the names that it brings. */
export interface Source {
  readonly sql: string;
  readonly variables: readonly RangeVariable[];
  readonly merged: readonly ScopeColumn[];
}

/** What reading FROM alone needs: rows of tables and the columns of join conditions. */
export interface FromCollector {
  readonly always: Set<BaseColumn>;
  readonly prune: (pruning: Pruning | undefined, only?: readonly RangeVariable[]) => void;
}

export const EMPTY_SOURCE: Source = { sql: '', variables: [], merged: [] };

export function analyzeFrom(item: FromItem, query: QueryScope, collect: FromCollector, left: Source = EMPTY_SOURCE): Source {
  switch (item.kind) {
    case 'table':
      return analyzeTable(item, query, collect, left);
    case 'subquery':
      return analyzeSubquery(item, query, collect);
    case 'unnest':
      return analyzeUnnest(item.expr, item.alias, item.offset, item.at, query, collect, left);
    case 'history':
      return analyzeHistory(item, query);
    case 'pivot':
      return analyzePivot(item, query, collect);
    case 'unpivot':
      return analyzeUnpivot(item, query, collect);
    case 'join':
      return analyzeJoin(item, query, collect, left);
  }
}

/** A view is read as its query; names in it are resolved as they were when it was made. */
function analyzeView(item: FromItem & { kind: 'table' }, use: TableUse, query: QueryScope, collect: FromCollector): Source {
  const { env } = query;
  env.uses.pop();
  if (item.asOf) throw new SqlError('FOR SYSTEM_TIME AS OF is not supported on views', item.at);
  const { table } = use;
  const plan = env.inside(`${table.project}.${table.dataset}.${table.table}`, item.at, () => {
    const statement = parseStatement(table.view?.query ?? '');
    if (statement.kind !== 'query') throw new SqlError(`The view ${table.dataset}.${table.table} is no query`, item.at);
    return analyzeQuery(statement.query, { env, ctes: new Map() });
  });
  for (const used of plan.always) collect.always.add(used);
  const alias = env.alias();
  const columns = plan.columns.map((column, i) => ({ ...column, name: table.fields[i]?.name ?? column.name }));
  const name = item.alias?.text ?? item.path.at(-1)?.text;
  return { sql: `(${plan.sql}) AS ${alias}`, variables: [derived(name, alias, columns, plan.passesFilters)], merged: [] };
}

function analyzeTable(item: FromItem & { kind: 'table' }, query: QueryScope, collect: FromCollector, left: Source): Source {
  const [first, ...rest] = item.path;
  if (first === undefined) throw new RangeError('a table path is never empty');
  const name = item.alias ?? item.path.at(-1) ?? first;
  const cte = rest.length === 0 ? query.ctes.get(first.text.toLowerCase()) : undefined;
  if (cte !== undefined) {
    if (item.asOf) throw new SqlError('FOR SYSTEM_TIME AS OF cannot be used with a WITH query', item.at);
    for (const use of cte.always) collect.always.add(use);
    const alias = query.env.alias();
    const variable =
      cte.isValueTable === true ? valueVariable(name.text, alias, cte.columns) : derived(name.text, alias, cte.columns, false);
    return { sql: `${cte.alias} AS ${alias}`, variables: [variable], merged: [] };
  }
  if (rest.length > 0 && left.variables.some((v) => v.alias?.toLowerCase() === first.text.toLowerCase())) {
    const path: PathExpr = { kind: 'path', names: [first, ...rest], at: item.at };
    return analyzeUnnest(path, name, undefined, item.at, query, collect, left);
  }
  const asOfMicros = item.asOf && asOf(item.asOf, query);
  const use = useTable(item.path, query, asOfMicros);
  if (use.table.view) return analyzeView(item, use, query, collect);
  const alias = query.env.alias();
  return { sql: `${use.table.relation(asOfMicros)} AS ${alias}`, variables: [tableVariable(use, name.text, alias)], merged: [] };
}

function asOf(expr: NonNullable<(FromItem & { kind: 'table' })['asOf']>, query: QueryScope): bigint {
  const context: Context = { ...expressionContext(query, EMPTY_SOURCE, new Set()), clause: 'FOR SYSTEM_TIME AS OF' };
  const time = mustCoerce(analyze(expr, context), TIMESTAMP, 'FOR SYSTEM_TIME AS OF');
  if (!time.constant) throw new SqlError('FOR SYSTEM_TIME AS OF must be a constant expression', expr.at);
  if (typeof time.value !== 'bigint') throw notSupported('FOR SYSTEM_TIME AS OF with this expression', expr.at);
  return time.value;
}

/** Looks a table up and records that the statement reads it. */
export function useTable(path: readonly Name[], query: QueryScope, asOfMicros?: bigint): TableUse {
  const parts = path.map((n) => n.text);
  const home = query.env.options.defaultDataset;
  const at = path[0]?.at;
  if (parts.length === 1 && home === undefined) {
    throw new SqlError(`Table "${parts[0] ?? ''}" must be qualified with a dataset (e.g. dataset.table)`, at);
  }
  const inHome = home !== undefined && (parts.length === 1 || (parts.length === 2 && parts[0]?.toUpperCase() === 'INFORMATION_SCHEMA'));
  const current = query.env.catalog.resolve(inHome ? [home.project, home.dataset, ...parts] : parts);
  const table = asOfMicros === undefined ? current : (current.at?.(asOfMicros) ?? current);
  const use: TableUse = { table, columns: new Set(), ...(asOfMicros === undefined ? {} : { asOfMicros }) };
  query.env.uses.push(use);
  return use;
}

/** A table's columns in scope; `alias` is DuckDB's name of the relation. */
export function tableVariable(use: TableUse, name: string, alias: string): RangeVariable {
  const column = (field: Field): ScopeColumn => {
    const base = { use, name: field.name };
    return { name: field.name, type: fieldType(field), sql: `${alias}.${quoteIdentifier(field.name)}`, uses: new Set([base]), base };
  };
  const { fields, pseudo = [] } = use.table;
  return { alias: name, columns: fields.map(column), nullable: false, ...(pseudo.length > 0 ? { hidden: pseudo.map(column) } : {}) };
}

function derived(name: string | undefined, alias: string, columns: readonly OutputColumn[], keepBase: boolean): RangeVariable {
  return {
    alias: name,
    nullable: false,
    columns: columns.map((c) => ({
      name: c.name,
      type: c.type,
      sql: `${alias}.${c.sqlName}`,
      uses: c.uses,
      ...(keepBase && c.base ? { base: c.base } : {}),
    })),
  };
}

function analyzeSubquery(item: FromItem & { kind: 'subquery' }, query: QueryScope, collect: FromCollector): Source {
  const plan = analyzeQuery(item.query, query);
  for (const use of plan.always) collect.always.add(use);
  const alias = query.env.alias();
  const variables = [
    plan.isValueTable === true
      ? valueVariable(item.alias?.text, alias, plan.columns)
      : derived(item.alias?.text, alias, plan.columns, plan.passesFilters),
  ];
  return { sql: `(${plan.sql}) AS ${alias}`, variables, merged: [] };
}

/** The rows of a value table: the variable is the struct, its fields are the columns. */
function valueVariable(name: string | undefined, alias: string, [column]: readonly OutputColumn[]): RangeVariable {
  if (column === undefined) throw new RangeError('a value table has one column');
  const value: ScopeColumn = { name, type: column.type, sql: `${alias}.${column.sqlName}`, uses: column.uses };
  if (column.type.kind !== 'STRUCT') return { alias: name, columns: [value], element: value, nullable: false };
  const columns = column.type.fields.map((f, i) => ({
    name: f.name,
    type: f.type,
    sql: `(${value.sql}).${quoteIdentifier(structFieldName(f, i))}`,
    uses: column.uses,
  }));
  return { alias: name, columns, element: value, nullable: false };
}

function analyzeUnnest(
  expr: (FromItem & { kind: 'unnest' })['expr'],
  name: Name | undefined,
  offset: Name | undefined,
  at: FromItem['at'],
  query: QueryScope,
  collect: FromCollector,
  left: Source,
): Source {
  const array = analyze(expr, { ...expressionContext(query, left, collect.always), clause: 'UNNEST' });
  if (array.type.kind !== 'ARRAY')
    throw new SqlError(`Values referenced in UNNEST must be arrays. UNNEST contains expression of type ${array.type.kind}`, at);
  const alias = query.env.alias();
  const { element } = array.type;
  const value: ScopeColumn = { name: name?.text, type: element, sql: `${alias}."value"`, uses: new Set() };
  const fields =
    element.kind === 'STRUCT'
      ? element.fields.map((f, i) => ({
          name: f.name,
          type: f.type,
          sql: `(${value.sql}).${quoteIdentifier(structFieldName(f, i))}`,
          uses: new Set<BaseColumn>(),
        }))
      : [value];
  const variables: RangeVariable[] = [{ alias: name?.text, columns: fields, element: value, nullable: false }];
  if (offset)
    variables.push({
      alias: undefined,
      columns: [{ name: offset.text, type: INT64, sql: `${alias}."offset"`, uses: new Set() }],
      nullable: false,
    });
  const numbers = offset ? `, CAST(generate_subscripts(${array.sql}, 1) - 1 AS BIGINT) AS "offset"` : '';
  return { sql: `(SELECT unnest(${array.sql}) AS "value"${numbers}) AS ${alias}`, variables, merged: [] };
}

const isUnnest = (item: FromItem, source: Source): boolean =>
  item.kind === 'unnest' || (item.kind === 'table' && source.sql.startsWith('(SELECT unnest('));

function analyzeJoin(item: FromItem & { kind: 'join' }, query: QueryScope, collect: FromCollector, outer: Source): Source {
  const left = analyzeFrom(item.left, query, collect, outer);
  const seen = { sql: '', variables: [...outer.variables, ...left.variables], merged: [...outer.merged, ...left.merged] };
  const right = analyzeFrom(item.right, query, collect, seen);
  const lateral = isUnnest(item.right, right);
  if (lateral && (item.type === 'RIGHT' || item.type === 'FULL')) throw notSupported(`${item.type} JOIN with UNNEST`, item.at);
  const both: Source = { sql: '', variables: [...left.variables, ...right.variables], merged: left.merged };
  const rightSql = `${lateral ? 'LATERAL ' : ''}${item.right.kind === 'join' ? `(${right.sql})` : right.sql}`;
  if (item.type === 'CROSS') {
    return { ...both, sql: lateral ? `${left.sql} JOIN ${rightSql} ON TRUE` : `${left.sql} CROSS JOIN ${rightSql}` };
  }
  const using = item.using ? usingColumns(item.using, item, left, right, collect) : undefined;
  const on =
    item.on && mustCoerce(analyze(item.on, { ...expressionContext(query, both, collect.always), clause: 'JOIN ON' }), BOOL, 'JOIN ON');
  const condition = using?.condition ?? on?.sql ?? 'TRUE';
  // An outer join keeps the rows of its preserved side whatever ON says.
  if (item.type !== 'FULL') {
    const pruned = { INNER: undefined, LEFT: right.variables, RIGHT: left.variables }[item.type];
    collect.prune(on?.pruning, pruned);
  }
  const variables = [
    ...(item.type === 'RIGHT' || item.type === 'FULL' ? left.variables.map(optional) : left.variables),
    ...(item.type === 'LEFT' || item.type === 'FULL' ? right.variables.map(optional) : right.variables),
  ];
  return {
    sql: `${left.sql} ${item.type} JOIN ${rightSql} ON ${condition}`,
    variables,
    merged: [...(using?.columns ?? []), ...left.merged],
  };
}

/** A variable that may have no row: its columns no longer prune, since a filter may ask for the missing row. */
function optional(variable: RangeVariable): RangeVariable {
  const unpruned = (list: readonly ScopeColumn[]): ScopeColumn[] => list.map(({ name, type, sql, uses }) => ({ name, type, sql, uses }));
  return {
    ...variable,
    columns: unpruned(variable.columns),
    ...(variable.hidden ? { hidden: unpruned(variable.hidden) } : {}),
    nullable: true,
  };
}

function usingColumns(names: readonly Name[], item: FromItem & { kind: 'join' }, left: Source, right: Source, collect: FromCollector) {
  const columns: ScopeColumn[] = [];
  const conditions = names.map((name) => {
    const a = oneColumn(left, name);
    const b = oneColumn(right, name);
    for (const use of [...a.uses, ...b.uses]) collect.always.add(use);
    const typed = (c: ScopeColumn): Typed => ({ type: c.type, sql: c.sql, at: name.at, constant: false });
    const pair = coercePair(typed(a), typed(b));
    if (!pair) throw new SqlError(`Column ${name.text} in USING has incompatible types on either side of the join`, name.at);
    if (item.type === 'FULL')
      columns.push({ name: a.name, type: pair[0].type, sql: `coalesce(${pair[0].sql}, ${pair[1].sql})`, uses: new Set() });
    else columns.push(item.type === 'RIGHT' ? b : a);
    return comparison('=', typed(a), typed(b), name.at).sql;
  });
  return { condition: conditions.join(' AND '), columns };
}

function oneColumn(source: Source, name: Name): ScopeColumn {
  const found = new Scope(
    source.variables.map((v) => ({ ...v, alias: undefined })),
    source.merged,
  ).find(name);
  if (found?.kind !== 'column') throw new SqlError(`Column ${name.text} in USING clause not found on one side of the join`, name.at);
  return found.column;
}

/** Where an expression over a source stands; the caller names the clause and allows more. */
export function expressionContext(query: QueryScope, source: Source, uses: Set<BaseColumn>): Context {
  const scope = new Scope(source.variables, source.merged, query.parent);
  return { env: query.env, ctes: query.ctes, scope, uses, clause: 'an expression', aggregates: false, windows: false };
}
