import type { FromItem, Merge, MergeClause, Name, Statement } from './ast.ts';
import { mustCoerce } from './coerce.ts';
import type { Context } from './context.ts';
import { type CatalogTable, type Compiled, type Field, SqlError } from './contract.ts';
import { assigned, fieldNamed } from './dml.ts';
import type { Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { analyzeFrom, expressionContext, type Source, tableVariable, useTable } from './from.ts';
import { notSupported } from './place.ts';
import type { Pruning } from './pruning.ts';
import { quoteIdentifier } from './quote.ts';
import type { QueryScope } from './query.ts';
import { referencesOf } from './references.ts';
import type { BaseColumn, TableUse } from './typed.ts';
import { BOOL, fieldType, storageType } from './types.ts';

const TARGET = '"bq target"';
const ROW = `${TARGET}."_ROW_TIMESTAMP_ROW"`;
/** Beside each row of the source: NULL where a row of the target has none. */
const PRESENT = '"bq present"."yes"';

interface Sides {
  readonly use: TableUse;
  readonly query: QueryScope;
  readonly uses: Set<BaseColumn>;
  readonly target: Source;
  readonly source: Source;
}

export function compileMerge(statement: Merge, env: Environment): Compiled {
  const sides = open(statement.path, statement.alias, statement.source, env);
  const { use, query, uses, target, source } = sides;
  const both: Source = { sql: '', variables: [...target.variables, ...source.variables], merged: source.merged };
  const on = mustCoerce(analyze(statement.on, { ...expressionContext(query, both, uses), clause: 'MERGE ON' }), BOOL, 'MERGE ON');
  const inserts = statement.clauses.some((c) => c.when === 'NOT MATCHED BY TARGET');
  const orphans = statement.clauses.some((c) => c.when === 'NOT MATCHED BY SOURCE');
  if (!inserts && !orphans) constrain(on.pruning, use, env);
  const join = inserts ? (orphans ? 'FULL' : 'LEFT') : orphans ? 'RIGHT' : 'INNER';
  const clauses = statement.clauses.map((clause) => compileClause(clause, sides, both));
  const action = `(CASE ${clauses.map((c, i) => `WHEN ${c.test} THEN ${String(i + 1)}`).join(' ')} END)`;
  const select = clauses.map((c, i) => ({ ...c, test: `${action} = ${String(i + 1)}` }));
  const from = `(SELECT true AS "yes") AS "bq present" CROSS JOIN ${wrapped(source)}`;
  const sql = `SELECT ${list(select, use.table)} FROM (${from}) ${join} JOIN ${use.table.relation()} AS ${TARGET} ON ${on.sql} WHERE ${action} IS NOT NULL`;
  return { kind: 'merge', statementType: 'MERGE', target: use.table, sql, references: referencesOf(env, uses) };
}

/** UPDATE … FROM: a join of which each row of the target may meet one row. */
export function compileUpdateFrom(statement: Statement & { kind: 'update' }, from: FromItem, env: Environment): Compiled {
  const sides = open(statement.path, statement.alias, from, env);
  const { use, query, uses, target, source } = sides;
  const both: Source = { sql: '', variables: [...target.variables, ...source.variables], merged: source.merged };
  const context = { ...expressionContext(query, both, uses), clause: 'UPDATE SET' };
  const where = mustCoerce(analyze(statement.where, { ...context, clause: 'WHERE clause' }), BOOL, 'WHERE clause');
  for (const [found, constraint] of where.pruning ?? []) env.constrain(found, constraint);
  const values = assignments(statement.assignments, use.table, context);
  const sql =
    `SELECT ${list([{ test: 'true', kind: 'U', values }], use.table)} ` +
    `FROM ${use.table.relation()} AS ${TARGET} CROSS JOIN ${wrapped(source)} WHERE ${where.sql}`;
  return { kind: 'merge', statementType: 'UPDATE', target: use.table, sql, references: referencesOf(env, uses) };
}

function open(path: readonly Name[], alias: Name | undefined, from: FromItem, env: Environment): Sides {
  const query: QueryScope = { env, ctes: new Map() };
  const use = useTable(path, query);
  const uses = new Set<BaseColumn>();
  const variable = tableVariable(use, alias?.text ?? path.at(-1)?.text ?? '', TARGET);
  const source = analyzeFrom(from, query, {
    always: uses,
    prune: (pruning) => {
      for (const [found, constraint] of pruning ?? []) env.constrain(found, constraint);
    },
  });
  return { use, query, uses, target: { sql: '', variables: [variable], merged: [] }, source };
}

const wrapped = (source: Source): string => (source.variables.length > 1 ? `(${source.sql})` : source.sql);

function constrain(pruning: Pruning | undefined, use: TableUse, env: Environment): void {
  const constraint = pruning?.get(use);
  if (constraint) env.constrain(use, constraint);
}

interface CompiledClause {
  readonly test: string;
  readonly kind: 'I' | 'U' | 'D';
  /** DuckDB text by the field's name. */
  readonly values: ReadonlyMap<string, string>;
}

function compileClause(clause: MergeClause, { use, query, uses, target, source }: Sides, both: Source): CompiledClause {
  const [sees, present] = {
    MATCHED: [both, `${PRESENT} AND ${ROW} IS NOT NULL`] as const,
    'NOT MATCHED BY TARGET': [source, `${ROW} IS NULL`] as const,
    'NOT MATCHED BY SOURCE': [target, `${PRESENT} IS NULL`] as const,
  }[clause.when];
  const context: Context = { ...expressionContext(query, sees, uses), clause: 'MERGE' };
  const condition = clause.condition && mustCoerce(analyze(clause.condition, context), BOOL, 'The condition of WHEN');
  const test = condition ? `${present} AND ${condition.sql}` : present;
  const { action } = clause;
  if (action.kind === 'delete') return { test, kind: 'D', values: new Map() };
  if (action.kind === 'update') return { test, kind: 'U', values: assignments(action.assignments, use.table, context) };
  return { test, kind: 'I', values: inserted(action, clause, use.table, context, source) };
}

function inserted(
  action: Extract<MergeClause['action'], { kind: 'insert' }>,
  clause: MergeClause,
  table: CatalogTable,
  context: Context,
  source: Source,
): Map<string, string> {
  const fields = action.columns ? action.columns.map((name) => fieldNamed(table, name)) : table.fields;
  // INSERT ROW takes the source's columns in their order.
  const exprs =
    action.values ??
    source.variables
      .flatMap((v) => v.columns)
      .map((c) => ({ kind: 'path' as const, names: [{ text: c.name ?? '', at: clause.at }] as [Name], at: clause.at }));
  if (exprs.length !== fields.length) {
    throw new SqlError(`Inserted row has wrong column count; Has ${String(exprs.length)}, expected ${String(fields.length)}`, clause.at);
  }
  const values = new Map<string, string>();
  for (const field of table.fields)
    values.set(field.name, assigned({ kind: 'default', at: clause.at }, { ...field, mode: relaxed(field) }, context));
  for (const [index, field] of fields.entries()) {
    const expr = exprs[index];
    if (expr) values.set(field.name, assigned(expr, field, context));
  }
  return values;
}

/** An absent REQUIRED column fails where the row is stored, not where the statement is compiled. */
const relaxed = (field: Field): Field['mode'] => (field.mode === 'REQUIRED' ? 'NULLABLE' : field.mode);

function assignments(
  list: readonly { readonly target: readonly Name[]; readonly expr: Parameters<typeof assigned>[0] }[],
  table: CatalogTable,
  context: Context,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { target, expr } of list) {
    const [first, second, third] = target;
    if (first === undefined) throw new RangeError('an assignment has a target');
    const qualified = second !== undefined && context.scope.variables.some((v) => v.alias?.toLowerCase() === first.text.toLowerCase());
    if (qualified ? third : second) throw notSupported('UPDATE of a field inside a STRUCT', first.at);
    const field = fieldNamed(table, qualified ? second : first);
    if (values.has(field.name)) throw new SqlError(`Update item ${field.name} assigned more than once`, first.at);
    values.set(field.name, assigned(expr, field, context));
  }
  return values;
}

function list(clauses: readonly CompiledClause[], table: CatalogTable): string {
  const kind = `(CASE ${clauses.map((c) => `WHEN ${c.test} THEN '${c.kind}'`).join(' ')} END) AS "bq kind"`;
  const columns = table.fields.map((field) => {
    const own = `${TARGET}.${quoteIdentifier(field.name)}`;
    const branches = clauses.map((c) => `WHEN ${c.test} THEN ${c.values.get(field.name) ?? own}`);
    return `CAST((CASE ${branches.join(' ')} END) AS ${storageType(fieldType(field))}) AS ${quoteIdentifier(field.name)}`;
  });
  return [`${ROW} AS "bq row"`, kind, ...columns].join(', ');
}
