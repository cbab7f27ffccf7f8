import { containsQuery } from './ast-walk.ts';
import { mustCoerce } from './coerce.ts';
import type { CatalogTable, PartitionConstraint } from './contract.ts';
import { Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { expressionContext, tableVariable } from './from.ts';
import { parseExpression } from './parse-expression.ts';
import { notSupported } from './place.ts';
import { referencesOf } from './references.ts';
import { TokenStream } from './token-stream.ts';
import type { BaseColumn, TableUse } from './typed.ts';
import { BOOL } from './types.ts';

export interface Restriction {
  /** DuckDB predicate over the table's columns, qualified by the alias that was given. */
  readonly where: string;
  /** The columns that it reads. */
  readonly columns: readonly string[];
  readonly partitions: PartitionConstraint | 'all';
}

/**
 * Compiles the filter of a read session: what may stand after WHERE, without subqueries and aggregates. An empty text lets every
 * row pass, unless the table requires a filter on its partitions.
 *
 * @param alias DuckDB's name of the table, quoted
 * @throws SqlError as `compile` does
 */
export function compileRestriction(text: string, table: CatalogTable, alias: string, nowMicros: bigint, sessionUser?: string): Restriction {
  const env = new Environment(
    { resolve: () => table },
    { parameters: [], nowMicros, ...(sessionUser === undefined ? {} : { sessionUser }) },
  );
  const use: TableUse = { table, columns: new Set() };
  env.uses.push(use);
  const uses = new Set<BaseColumn>();
  const where = text.trim() === '' ? 'true' : predicate(text, env, use, alias, uses);
  const [reference] = referencesOf(env, uses);
  return { where, columns: reference?.columns ?? [], partitions: reference?.partitions ?? 'all' };
}

function predicate(text: string, env: Environment, use: TableUse, alias: string, uses: Set<BaseColumn>): string {
  const stream = new TokenStream(text);
  const expr = parseExpression(stream);
  if (stream.peek().kind !== 'end') throw stream.unexpected();
  if (containsQuery(expr)) throw notSupported('a subquery in a row restriction', expr.at);
  const source = { sql: '', variables: [tableVariable(use, use.table.table, alias)], merged: [] };
  const context = { ...expressionContext({ env, ctes: new Map() }, source, uses), clause: 'a row restriction' };
  const where = mustCoerce(analyze(expr, context), BOOL, 'A row restriction');
  for (const [found, constraint] of where.pruning ?? []) env.constrain(found, constraint);
  return where.sql;
}
