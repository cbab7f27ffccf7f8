import type { Expr } from './ast.ts';
import { SqlError } from './contract.ts';
import type { Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext } from './from.ts';

const UNITS: readonly string[] = ['HOUR', 'DAY', 'MONTH', 'YEAR'];
const TRUNCATIONS: readonly string[] = ['TIMESTAMP_TRUNC', 'DATETIME_TRUNC', 'DATE_TRUNC'];

/** PARTITION BY as the REST API's `timePartitioning` or `rangePartitioning`. */
export function partitionBody(expr: Expr, env: Environment): Record<string, unknown> {
  const name = columnOf(expr);
  if (name !== undefined) return time(name, 'DAY');
  if (expr.kind === 'call') {
    const [first, second] = expr.args;
    const column = first && columnOf(first);
    if (expr.name === 'DATE' && column !== undefined && expr.args.length === 1) return time(column, 'DAY');
    if (TRUNCATIONS.includes(expr.name) && column !== undefined) {
      const unit = second && columnOf(second)?.toUpperCase();
      if (unit === undefined || !UNITS.includes(unit)) throw new SqlError('PARTITION BY needs HOUR, DAY, MONTH or YEAR', expr.at);
      return time(column, unit);
    }
    if (expr.name === 'RANGE_BUCKET' && column !== undefined && second?.kind === 'call' && second.name === 'GENERATE_ARRAY')
      return { rangePartitioning: { field: column, range: range(second.args, expr, env) } };
  }
  throw new SqlError(
    'PARTITION BY expression must be DATE(<timestamp_column>), DATE(<datetime_column>), DATETIME_TRUNC(<datetime_column>, DAY/HOUR/MONTH/YEAR), a DATE column, ' +
      'TIMESTAMP_TRUNC(<timestamp_column>, DAY/HOUR/MONTH/YEAR), DATE_TRUNC(<date_column>, MONTH/YEAR), or RANGE_BUCKET(<int64_column>, GENERATE_ARRAY(<int64_value>, <int64_value>[, <int64_value>]))',
    expr.at,
  );
}

const columnOf = (expr: Expr): string | undefined => (expr.kind === 'path' && expr.names.length === 1 ? expr.names[0].text : undefined);

function time(column: string, type: string): Record<string, unknown> {
  const isIngestion = ['_partitiontime', '_partitiondate'].includes(column.toLowerCase());
  return { timePartitioning: { type, ...(isIngestion ? {} : { field: column }) } };
}

function range(args: readonly Expr[], at: Expr, env: Environment): Record<string, string> {
  const values = args.map((arg) => {
    const { value } = analyze(arg, expressionContext({ env, ctes: new Map() }, EMPTY_SOURCE, new Set()));
    if (typeof value !== 'bigint') throw new SqlError('The bounds of RANGE_BUCKET must be INT64 constants', arg.at);
    return String(value);
  });
  const [start, end, interval = '1'] = values;
  if (start === undefined || end === undefined) throw new SqlError('GENERATE_ARRAY of RANGE_BUCKET needs a start and an end', at.at);
  return { start, end, interval };
}
