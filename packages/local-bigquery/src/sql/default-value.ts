import { containsQuery } from './ast-walk.ts';
import { coerce } from './coerce.ts';
import { type Field, SqlError } from './contract.ts';
import { Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext } from './from.ts';
import { parseExpression } from './parse-expression.ts';
import { TokenStream } from './token-stream.ts';
import { fieldType, typeName } from './types.ts';

/** DuckDB text of a column's default; throws SqlError where the expression cannot be one. */
export function defaultSql(field: Field, nowMicros: bigint, sessionUser?: string): string {
  const resolve = (): never => {
    throw new SqlError(`The default of column ${field.name} must not read tables`);
  };
  const env = new Environment({ resolve }, { parameters: [], nowMicros, ...(sessionUser === undefined ? {} : { sessionUser }) });
  const stream = new TokenStream(field.defaultValue ?? 'NULL');
  const expr = parseExpression(stream);
  if (stream.peek().kind !== 'end') throw stream.unexpected();
  if (containsQuery(expr)) throw new SqlError(`The default of column ${field.name} must not contain a query`);
  const value = analyze(expr, expressionContext({ env, ctes: new Map() }, EMPTY_SOURCE, new Set()));
  const type = fieldType(field);
  const coerced = coerce(value, type);
  if (coerced === undefined) {
    throw new SqlError(
      `Invalid default value expression for column ${field.name}: Expected type ${typeName(type)}; found ${typeName(value.type)}`,
    );
  }
  return coerced.sql;
}

/** The defaults of a table's columns as DuckDB text, by lower-case name. */
export function defaultsOf(fields: readonly Field[], nowMicros: bigint, sessionUser?: string): Map<string, string> {
  const found = fields.filter((field) => field.defaultValue !== undefined);
  return new Map(found.map((field) => [field.name.toLowerCase(), defaultSql(field, nowMicros, sessionUser)]));
}
