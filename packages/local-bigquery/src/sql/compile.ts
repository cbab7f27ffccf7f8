import type { Query } from './ast.ts';
import { type Catalog, type Compiled, type Field, SqlError } from './contract.ts';
import { compileDelete, compileInsert, compileTruncate, compileUpdate } from './dml.ts';
import { type CompileOptions, Environment } from './environment.ts';
import { compileDdl } from './ddl.ts';
import { compileMerge } from './merge.ts';
import { parseStatement } from './parse-statement.ts';
import { analyzeQuery, planOf, type QueryPlan } from './query.ts';
import { quoteIdentifier } from './quote.ts';
import { referencesOf } from './references.ts';
import { structFieldName, toField } from './types.ts';

/**
 * Compiles one GoogleSQL statement to DuckDB's SQL.
 *
 * @param text the statement; a semicolon may end it
 * @param catalog resolves table paths; what it throws passes through
 * @param options parameters as the REST API carries them; `nowMicros` is the statement's CURRENT_TIMESTAMP
 * @returns the statement's kind, its DuckDB text, its result columns and what it reads; see {@link Compiled}.
 *   The text needs a connection prepared with `registerFunctions` and the session time zone UTC.
 * @throws SqlError where the statement is wrong, or holds anything that is not understood: by its name, with its place. Nothing is guessed.
 *
 * @example
 * const compiled = compile('SELECT COUNT(*) AS n FROM ds.t', catalog, { parameters: [], nowMicros: 0n });
 */
export function compile(text: string, catalog: Catalog, options: CompileOptions): Compiled {
  const statement = parseStatement(text);
  const env = new Environment(catalog, options);
  switch (statement.kind) {
    case 'query':
      return compileQuery(statement.query, env);
    case 'insert':
      return compileInsert(statement, env);
    case 'update':
      return compileUpdate(statement, env);
    case 'delete':
      return compileDelete(statement, env);
    case 'truncate':
      return compileTruncate(statement, env);
    case 'merge':
      return compileMerge(statement, env);
    case 'ddl':
      return compileDdl(statement.ddl, statement.at, env);
  }
}

export function compileQuery(query: Query, env: Environment): Compiled & { kind: 'select' } {
  const analyzed = analyzeQuery(query, { env, ctes: new Map() });
  const plan = analyzed.isValueTable === true ? expanded(analyzed, env) : analyzed;
  const names = resultNames(plan);
  const fields = plan.columns.map((column, i): Field => toField(names[i] ?? '', column.type));
  for (const column of plan.columns) for (const { use, name } of column.uses) use.columns.add(name);
  const sql = plan.named(names.map(quoteIdentifier));
  return { kind: 'select', sql, fields, references: referencesOf(env, plan.always), hasOrderBy: plan.hasOrderBy };
}

/** The rows of a value table as the columns of their struct. */
function expanded(plan: QueryPlan, env: Environment): QueryPlan {
  const [column] = plan.columns;
  if (column?.type.kind !== 'STRUCT') return plan;
  const alias = env.alias();
  const columns = column.type.fields.map((field, i) => {
    const sql = `(${alias}.${column.sqlName}).${quoteIdentifier(structFieldName(field, i))}`;
    return {
      name: field.name,
      sqlName: `"c${String(i + 1)}"`,
      value: { ...column.value, type: field.type, sql },
      type: field.type,
      uses: column.uses,
    };
  });
  const write: QueryPlan['named'] = (names) =>
    `SELECT ${columns.map((c, i) => `${c.value.sql} AS ${names[i] ?? ''}`).join(', ')} FROM (${plan.sql}) AS ${alias}`;
  return planOf(write, { columns, always: plan.always, hasOrderBy: plan.hasOrderBy, passesFilters: false });
}

/** The names of the result: BigQuery calls what has none `f0_`, `f1_`, … */
function resultNames(plan: QueryPlan): string[] {
  let anonymous = 0;
  const names = plan.columns.map((column) => column.name ?? `f${String(anonymous++)}_`);
  const seen = new Set<string>();
  names.forEach((name, i) => {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError(`Duplicate column names in the result are not supported. Found duplicate(s): ${name}`, plan.columns[i]?.value.at);
    }
    seen.add(name.toLowerCase());
  });
  return names;
}

export type { CompileOptions };
