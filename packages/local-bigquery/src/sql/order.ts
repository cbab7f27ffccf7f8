import type { Expr, OrderItem } from './ast.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { analyze } from './expression.ts';
import { rankSql } from './rank.ts';
import type { Typed } from './typed.ts';
import { isOrdered, typeName } from './types.ts';

/** The items of ORDER BY; `resolve` may know an item as a column of the result. */
export function orderSql(
  items: readonly OrderItem[],
  context: Context,
  resolve: (expr: Expr) => Typed | undefined = () => undefined,
): string {
  return items.map((item) => itemSql(resolve(item.expr) ?? analyze(item.expr, context), item)).join(', ');
}

function itemSql(value: Typed, item: OrderItem): string {
  const { kind } = value.type;
  if (!isOrdered(value.type)) {
    throw new SqlError(`ORDER BY does not support expressions of type ${typeName(value.type)}`, item.expr.at);
  }
  const direction = item.descending ? 'DESC' : 'ASC';
  // BigQuery's NULL is less than every value.
  const nulls = `NULLS ${item.nulls ?? (item.descending ? 'LAST' : 'FIRST')}`;
  const ranked = rankSql(value.type, value.sql) ?? value.sql;
  const plain = `${ranked} ${direction} ${nulls}`;
  if (kind !== 'FLOAT64') return plain;
  // DuckDB's NaN is greater than all numbers, BigQuery's is less.
  return `isnan(${value.sql}) ${item.descending ? 'ASC' : 'DESC'} ${nulls}, ${plain}`;
}
