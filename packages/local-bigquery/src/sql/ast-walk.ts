import type { Expr } from './ast.ts';

/** The expressions directly inside one; queries are left out: they are worlds of their own. */
function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'field':
      return [expr.base];
    case 'element':
      return [expr.base, expr.index];
    case 'unary':
    case 'is':
    case 'cast':
      return [expr.operand];
    case 'inQuery':
      return [expr.operand];
    case 'binary':
    case 'isDistinct':
      return [expr.left, expr.right];
    case 'between':
      return [expr.operand, expr.low, expr.high];
    case 'inList':
      return [expr.operand, ...expr.list];
    case 'inUnnest':
      return [expr.operand, expr.array];
    case 'like':
      return [expr.operand, expr.pattern];
    case 'case':
      return [expr.operand, ...expr.branches.flatMap((b) => [b.when, b.then]), expr.otherwise].filter((e) => e !== undefined);
    case 'extract':
      return [expr.operand];
    case 'with':
      return [...expr.variables.map((v) => v.expr), expr.result];
    case 'interval':
      return [expr.value];
    case 'array':
      return expr.items;
    case 'struct':
      return expr.items.map((i) => i.expr);
    case 'call':
      return [
        ...expr.args,
        ...(expr.named ?? []).map((n) => n.expr),
        ...(expr.having ? [expr.having.expr] : []),
        ...expr.orderBy.map((o) => o.expr),
        ...(expr.over?.partitionBy ?? []),
        ...(expr.over?.orderBy.map((o) => o.expr) ?? []),
      ];
    default:
      return [];
  }
}

const QUERIES: readonly string[] = ['exists', 'scalarQuery', 'arrayQuery', 'inQuery', 'inUnnest'];

/** Whether DuckDB's text of an expression holds a subquery. */
export const containsQuery = (expr: Expr): boolean => contains(expr, (e) => QUERIES.includes(e.kind));

export function contains(expr: Expr, test: (e: Expr) => boolean): boolean {
  return test(expr) || children(expr).some((child) => contains(child, test));
}
