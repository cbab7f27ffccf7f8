import { AGGREGATES, aggregateSql } from './aggregate.ts';
import type { Expr, FromItem } from './ast.ts';
import { coerce, commonType, mustCoerce } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { analyzeFrom, expressionContext, type FromCollector, type Source } from './from.ts';
import { requireGroupable } from './groupable.ts';
import { comparisonSql } from './operators.ts';
import { notSupported } from './place.ts';
import { quoteIdentifier } from './quote.ts';
import type { QueryScope } from './query.ts';
import type { ScopeColumn } from './scope.ts';
import type { BaseColumn, Typed } from './typed.ts';
import { INT64, type SqlType, STRING, typeName } from './types.ts';

interface Output {
  readonly name: string | undefined;
  readonly type: SqlType;
  readonly sql: string;
  readonly uses: ReadonlySet<BaseColumn>;
}

/** The rows of `sql` as one range variable; `write` gets the list of its columns. */
function sourceOf(name: string | undefined, outputs: readonly Output[], query: QueryScope, write: (list: string) => string): Source {
  const alias = query.env.alias();
  const list = outputs.map((o, i) => `${o.sql} AS "c${String(i + 1)}"`).join(', ');
  const columns = outputs.map(
    ({ name: column, type, uses }, i): ScopeColumn => ({ name: column, type, sql: `${alias}."c${String(i + 1)}"`, uses }),
  );
  return { sql: `(${write(list)}) AS ${alias}`, variables: [{ alias: name, columns, nullable: false }], merged: [] };
}

const columnsOf = (source: Source): readonly ScopeColumn[] => source.variables.flatMap((v) => v.columns);

export function analyzePivot(item: FromItem & { kind: 'pivot' }, query: QueryScope, collect: FromCollector): Source {
  const source = analyzeFrom(item.input, query, collect);
  const uses = new Set<BaseColumn>();
  const context: Context = { ...expressionContext(query, source, uses), clause: 'PIVOT' };
  const read = new Set<string>();
  const key = analyze(item.column, context);
  const values = item.values.map(({ expr, alias }) => {
    const value = mustCoerce(analyze(expr, context), key.type, 'A value of PIVOT');
    if (!value.constant) throw new SqlError('A value of PIVOT must be constant', expr.at);
    return { value, name: alias?.text ?? nameOf(expr, value) };
  });
  const pivoted = values.flatMap(({ value, name }) =>
    item.aggregates.map(({ call, alias }): Output => {
      if (!Object.hasOwn(AGGREGATES, call.name) || call.over) throw notSupported(`${call.name} in PIVOT`, call.at);
      if (call.nulls !== undefined || call.limit !== undefined)
        throw notSupported(`IGNORE NULLS or LIMIT of ${call.name} in PIVOT`, call.at);
      const same = value.value === null ? `${key.sql} IS NULL` : comparisonSql('=', key, value);
      const own = new Set<BaseColumn>();
      const aggregate = aggregateSql(call, { ...context, uses: own }, ` FILTER (WHERE ${same})`);
      for (const use of own) uses.add(use);
      if (item.aggregates.length > 1 && alias === undefined)
        throw new SqlError('PIVOT with several aggregates needs an alias of each', call.at);
      return { name: alias ? `${alias.text}_${name}` : name, type: aggregate.type, sql: aggregate.sql, uses: own };
    }),
  );
  const all = columnsOf(source);
  // What an expression of PIVOT reads is no key of its groups.
  for (const column of all)
    if ([item.column, ...item.aggregates.map((a) => a.call)].some((expr) => mentions(expr, column.name))) read.add(column.sql);
  const keys = all.filter((column) => !read.has(column.sql));
  for (const column of keys)
    requireGroupable(column.type, 'PIVOT beside a column', `PIVOT cannot group by a column of type ${typeName(column.type)}`, item.at);
  for (const use of [...uses, ...keys.flatMap((k) => [...k.uses])]) collect.always.add(use);
  const group = keys.length > 0 ? ` GROUP BY ${keys.map((k) => k.sql).join(', ')}` : '';
  return sourceOf(item.alias?.text, [...keys, ...pivoted], query, (list) => `SELECT ${list} FROM ${source.sql}${group}`);
}

/** Whether an expression names a column, by itself or behind its table. */
function mentions(expr: Expr, name: string | undefined): boolean {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const node = value as { kind?: unknown; names?: readonly { text: string }[] };
      if (node.kind === 'path') found.push(...(node.names ?? []).slice(0, 2).map((n) => n.text.toLowerCase()));
      Object.values(value).forEach(walk);
    }
  };
  walk(expr);
  return name !== undefined && found.includes(name.toLowerCase());
}

/** The name that a value of PIVOT gives its columns. */
function nameOf(expr: Expr, { value, type }: Typed): string {
  if (value === null) return 'NULL';
  if (type.kind === 'STRING' && typeof value === 'string') return value;
  if (type.kind === 'BOOL') return value === true ? 'TRUE' : 'FALSE';
  if (type.kind === 'INT64' && typeof value === 'bigint') return value < 0n ? `minus_${String(-value)}` : `_${String(value)}`;
  throw notSupported(`a value of ${typeName(type)} without an alias in PIVOT`, expr.at);
}

export function analyzeUnpivot(item: FromItem & { kind: 'unpivot' }, query: QueryScope, collect: FromCollector): Source {
  const source = analyzeFrom(item.input, query, collect);
  const context: Context = { ...expressionContext(query, source, collect.always), clause: 'UNPIVOT' };
  const values = item.columns.map(({ column }) => analyze({ kind: 'path', names: [column], at: column.at }, context));
  const type = commonType(values);
  const members = type && values.map((v) => coerce(v, type));
  if (type === undefined || members?.every((m) => m !== undefined) !== true)
    throw new SqlError(`The columns of UNPIVOT have different types: ${values.map((v) => typeName(v.type)).join(', ')}`, item.at);
  const labels = item.columns.map(({ column, label }) => (label ? analyze(label, context) : undefined) ?? textOf(column.text, column.at));
  const labelType = labels.every((l) => l.type.kind === 'INT64') ? INT64 : STRING;
  const typed = labels.map((label) => mustCoerce(label, labelType, 'A name of UNPIVOT'));
  const gone = new Set(values.map((v) => v.sql));
  const kept = columnsOf(source).filter((column) => !gone.has(column.sql));
  for (const use of columnsOf(source).flatMap((c) => [...c.uses])) collect.always.add(use);
  const rows = typed.map((label, i) => `struct_pack(n := ${label.sql}, v := ${members[i]?.sql ?? 'NULL'})`).join(', ');
  const inner = query.env.alias();
  const list = kept.map((column, i) => `${column.sql} AS ${quoteIdentifier(`k${String(i)}`)}`);
  const from = `(SELECT ${[...list, `unnest([${rows}]) AS "u"`].join(', ')} FROM ${source.sql}) AS ${inner}`;
  const outputs: Output[] = [
    ...kept.map((column, i) => ({ ...column, sql: `${inner}.${quoteIdentifier(`k${String(i)}`)}` })),
    { name: item.value.text, type, sql: `(${inner}."u").v`, uses: new Set() },
    { name: item.name.text, type: labelType, sql: `(${inner}."u").n`, uses: new Set() },
  ];
  const filter = item.includeNulls ? '' : ` WHERE (${inner}."u").v IS NOT NULL`;
  return sourceOf(item.alias?.text, outputs, query, (columns) => `SELECT ${columns} FROM ${from}${filter}`);
}

const textOf = (text: string, at: Typed['at']): Typed => ({
  type: STRING,
  sql: `'${text.replaceAll("'", "''")}'`,
  at,
  constant: true,
  value: text,
});
