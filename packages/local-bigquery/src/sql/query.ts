import type { Query, QueryBody } from './ast.ts';
import { castTo } from './cast.ts';
import { coerce, commonType } from './coerce.ts';
import { SqlError } from './contract.ts';
import type { Cte, Ctes, Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext } from './from.ts';
import { requireGroupable } from './groupable.ts';
import { orderSql } from './order.ts';
import { Scope } from './scope.ts';
import { analyzeSelect } from './select.ts';
import type { BaseColumn, Typed } from './typed.ts';
import { notSupported } from './place.ts';
import { sameType, typeName } from './types.ts';

/** What a query sees of its surroundings. */
export interface QueryScope {
  readonly env: Environment;
  readonly ctes: Ctes;
  readonly parent?: Scope;
}

export interface OutputColumn {
  /** Absent: an expression without a name. */
  readonly name: string | undefined;
  /** DuckDB's name of the column, quoted. */
  readonly sqlName: string;
  readonly value: Typed;
  readonly type: Typed['type'];
  readonly uses: ReadonlySet<BaseColumn>;
  readonly base?: BaseColumn;
}

/** A query in DuckDB's SQL. */
export interface QueryPlan {
  readonly sql: string;
  /** The same with other names of its columns, quoted ones: those that a client is to see. */
  readonly named: (names: readonly string[]) => string;
  readonly columns: readonly OutputColumn[];
  /** Read whatever columns the surroundings use: filters, keys, orders. */
  readonly always: ReadonlySet<BaseColumn>;
  readonly hasOrderBy: boolean;
  /** SELECT AS STRUCT: each row is the value of the one column. */
  readonly isValueTable?: boolean;
  /** The rows of a query without FROM, by their DuckDB texts: a UNION ALL of such keeps their order. */
  readonly rows?: readonly (readonly string[])[];
  /** A filter on the result is as good as one inside: nothing is grouped, numbered or cut. */
  readonly passesFilters: boolean;
}

/** A plan whose text `write` makes; without names its columns have their `sqlName`. */
export function planOf(write: QueryPlan['named'], rest: Omit<QueryPlan, 'sql' | 'named'>): QueryPlan {
  return { ...rest, sql: write(rest.columns.map((c) => c.sqlName)), named: write };
}

/** The plan with its text wrapped. */
function rewritten(plan: QueryPlan, wrap: (sql: string) => string): QueryPlan {
  const { rows: _, ...rest } = plan;
  return { ...rest, sql: wrap(plan.sql), named: (names) => wrap(plan.named(names)) };
}

export function analyzeQuery(query: Query, outer: QueryScope): QueryPlan {
  const ctes = new Map(outer.ctes);
  const definitions: string[] = [];
  let isRecursive = false;
  for (const { name, query: inner } of query.ctes) {
    const key = name.text.toLowerCase();
    if (query.ctes.some((other) => other.name !== name && other.name.text.toLowerCase() === key)) {
      throw new SqlError(`Duplicate alias ${name.text} for WITH subquery`, name.at);
    }
    const own = query.recursive === true ? recursion(inner, key, { ...outer, ctes }) : undefined;
    if (own) {
      isRecursive = true;
      definitions.push(own.definition);
      ctes.set(key, own.cte);
      continue;
    }
    const plan = analyzeQuery(inner, { ...outer, ctes });
    const cte: Cte = { alias: outer.env.alias(), columns: plan.columns, always: plan.always, isValueTable: plan.isValueTable === true };
    definitions.push(`${cte.alias} AS (${plan.sql})`);
    ctes.set(key, cte);
  }
  const scope: QueryScope = { ...outer, ctes };
  const plan = withLimit(query, analyzeOrdered(query, scope), scope);
  return definitions.length === 0
    ? plan
    : rewritten(plan, (sql) => `WITH ${isRecursive ? 'RECURSIVE ' : ''}${definitions.join(', ')} ${sql}`);
}

/** A WITH subquery that reads itself: a UNION whose first branch does not; undefined where it does not read itself. */
function recursion(query: Query, key: string, scope: QueryScope): { cte: Cte; definition: string } | undefined {
  if (!reads(query, key)) return undefined;
  const { body } = query;
  const [base, ...rest] = body.kind === 'set' ? body.branches : [];
  if (
    body.kind !== 'set' ||
    base === undefined ||
    !body.op.startsWith('UNION') ||
    query.ctes.length > 0 ||
    query.orderBy.length > 0 ||
    query.limit
  )
    throw notSupported('a recursive WITH subquery other than a UNION', query.at);
  if (rest.length !== 1 || reads(base, key))
    throw notSupported('a recursive WITH subquery other than one base and one recursive term', query.at);
  const alias = scope.env.alias();
  const first = analyzeBranch(base, scope);
  const cte: Cte = { alias, columns: first.columns, always: first.always };
  const plan = analyzeSet(body, { ...scope, ctes: new Map([...scope.ctes, [key, cte]]) });
  plan.columns.forEach((column, i) => {
    if (!sameType(column.type, first.columns[i]?.type ?? column.type))
      throw notSupported('a recursive term with wider types than the base term', query.at);
  });
  return { cte: { alias, columns: plan.columns, always: plan.always }, definition: `${alias} AS (${plan.sql})` };
}

/** Whether a part of a statement names a WITH subquery as a table. */
function reads(node: unknown, key: string): boolean {
  if (Array.isArray(node)) return node.some((item) => reads(item, key));
  if (typeof node !== 'object' || node === null) return false;
  const { kind, path } = node as { kind?: unknown; path?: readonly { text: string }[] };
  if (kind === 'table' && path?.length === 1 && path[0]?.text.toLowerCase() === key) return true;
  return Object.values(node).some((item) => reads(item, key));
}

function analyzeOrdered(query: Query, scope: QueryScope): QueryPlan {
  if (query.body.kind === 'select') return analyzeSelect(query.body, query.orderBy, scope);
  const plan = query.body.kind === 'nested' ? analyzeQuery(query.body.query, scope) : analyzeSet(query.body, scope);
  return query.orderBy.length === 0 ? plan : orderedByColumns(plan, query.orderBy, scope);
}

/** ORDER BY over a finished result, where only its columns can be named. */
export function orderedByColumns(plan: QueryPlan, items: Query['orderBy'], query: QueryScope): QueryPlan {
  const alias = query.env.alias();
  const columns = plan.columns.map((c) => ({ name: c.name, type: c.type, sql: `${alias}.${c.sqlName}`, uses: c.uses }));
  const always = new Set(plan.always);
  const context = {
    ...expressionContext(query, EMPTY_SOURCE, always),
    scope: new Scope([{ alias: undefined, columns, nullable: false }]),
    clause: 'ORDER BY',
  };
  const order = orderSql(items, context, (expr) => {
    if (expr.kind !== 'integer') return undefined;
    const column = columns[Number(expr.value) - 1];
    if (column === undefined) throw new SqlError(`ORDER BY column number item is out of range: ${String(expr.value)}`, expr.at);
    for (const use of column.uses) always.add(use);
    return { type: column.type, sql: column.sql, at: expr.at, constant: false };
  });
  const write: QueryPlan['named'] = (names) =>
    `SELECT ${columns.map((c, i) => `${c.sql} AS ${names[i] ?? ''}`).join(', ')} FROM (${plan.sql}) AS ${alias} ORDER BY ${order}`;
  return planOf(write, { ...plan, always, hasOrderBy: true });
}

function withLimit(query: Query, plan: QueryPlan, scope: QueryScope): QueryPlan {
  if (query.limit === undefined) return plan;
  const context = { ...expressionContext(scope, EMPTY_SOURCE, new Set<BaseColumn>()), scope: new Scope([]), clause: 'LIMIT' };
  const count = (expr: NonNullable<Query['limit']>, what: string): string => {
    const { value } = analyze(expr, context);
    if (typeof value !== 'bigint' || value < 0n) throw new SqlError(`${what} expects a non-negative integer literal or parameter`, expr.at);
    return String(value);
  };
  const offset = query.offset ? ` OFFSET ${count(query.offset, 'OFFSET')}` : '';
  const limit = ` LIMIT ${count(query.limit, 'LIMIT')}${offset}`;
  const alias = scope.env.alias();
  // Parentheses around a query may hold a limit of their own.
  const cut = rewritten(plan, (sql) => (query.body.kind === 'nested' ? `SELECT * FROM (${sql}) AS ${alias}${limit}` : `${sql}${limit}`));
  return { ...cut, passesFilters: false };
}

function analyzeBranch(body: QueryBody, scope: QueryScope): QueryPlan {
  if (body.kind === 'select') return analyzeSelect(body, [], scope);
  return body.kind === 'nested' ? analyzeQuery(body.query, scope) : analyzeSet(body, scope);
}

function analyzeSet(body: QueryBody & { kind: 'set' }, scope: QueryScope): QueryPlan {
  const branches = body.branches.map((branch) => analyzeBranch(branch, scope));
  const [first] = branches;
  if (first === undefined) throw new RangeError('a set operation has branches');
  const width = first.columns.length;
  const [operator = 'UNION'] = body.op.split(' ');
  branches.forEach((branch, i) => {
    if (branch.columns.length === width) return;
    const counts = `${String(width)} and ${String(branch.columns.length)}`;
    throw new SqlError(
      `Queries in ${body.op} have mismatched column count; query 1 and ${String(i + 1)} have ${counts} columns`,
      body.branches[i]?.at,
    );
  });
  const distinct = body.op !== 'UNION ALL';
  const columns = first.columns.map((column, i): OutputColumn => {
    const values = branches.map((b) => b.columns[i]?.value ?? column.value);
    const type = commonType(values);
    if (type === undefined || values.some((v) => coerce(v, type) === undefined)) {
      const names = values.map((v) => typeName(v.type)).join(', ');
      throw new SqlError(`Column ${String(i + 1)} in ${body.op} has incompatible types: ${names}`, body.at);
    }
    const message = `Column ${String(i + 1)} in ${body.op} has type ${typeName(type)} that does not support set operation comparisons`;
    if (distinct) requireGroupable(type, body.op, message, body.at);
    const value: Typed = { type, sql: column.sqlName, at: column.value.at, constant: false };
    return {
      name: column.name,
      sqlName: `"c${String(i + 1)}"`,
      value,
      type,
      uses: new Set(branches.flatMap((b) => [...(b.columns[i]?.uses ?? [])])),
    };
  });
  const aliases = branches.map(() => scope.env.alias());
  const write: QueryPlan['named'] = (names) => {
    const written = branches.map((branch, b) => {
      const alias = aliases[b] ?? '';
      const list = branch.columns.map((c, i) => {
        const sql = `${alias}.${c.sqlName}`;
        return `${castTo({ ...c.value, sql }, columns[i]?.type ?? c.type, c.value.at).sql} AS ${names[i] ?? ''}`;
      });
      return `(SELECT ${list.join(', ')} FROM (${branch.sql}) AS ${alias})`;
    });
    return written.join(distinct ? ` ${operator} ` : ' UNION ALL ');
  };
  const rows = distinct || branches.some((b) => b.rows === undefined) ? undefined : unitedRows(branches, columns);
  const isValueTable = branches.every((b) => b.isValueTable === true);
  const always = new Set(branches.flatMap((b) => [...b.always]));
  if (distinct) for (const column of columns) for (const use of column.uses) always.add(use);
  const rest = { columns, always, hasOrderBy: false, passesFilters: false, isValueTable };
  if (rows === undefined) return planOf(write, rest);
  // DuckDB reads the branches of a UNION ALL in any order, but rows of VALUES in their own.
  const alias = scope.env.alias();
  const list = rows.map((row) => `(${row.join(', ')})`).join(', ');
  return planOf((names) => `SELECT * FROM (VALUES ${list}) AS ${alias}(${names.join(', ')})`, { ...rest, rows });
}

/** The rows of all branches in the common types. */
function unitedRows(branches: readonly QueryPlan[], columns: readonly OutputColumn[]): string[][] {
  return branches.flatMap((branch) =>
    (branch.rows ?? []).map((row) =>
      row.map((sql, i) => {
        const column = branch.columns[i];
        const type = columns[i]?.type;
        return column && type ? castTo({ ...column.value, sql }, type, column.value.at).sql : sql;
      }),
    ),
  );
}
