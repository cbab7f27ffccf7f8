import type { Expr, Option } from './ast.ts';
import { type TableFlags, SqlError } from './contract.ts';
import type { Environment } from './environment.ts';
import { analyze } from './expression.ts';
import { EMPTY_SOURCE, expressionContext } from './from.ts';
import { intervalOf, intervalText, parseIntervalText } from './interval.ts';
import { notSupported } from './place.ts';

type Body = Record<string, unknown>;

/** The value of an option: text, number, bool, null, a list, an interval's text; a time in microseconds as bigint. */
function valueOf(expr: Expr, env: Environment): unknown {
  switch (expr.kind) {
    case 'null':
      return null;
    case 'array':
      return expr.items.map((item) => valueOf(item, env));
    case 'struct':
      return expr.items.map((item) => valueOf(item.expr, env));
    case 'interval': {
      const value = valueOf(expr.value, env);
      const interval =
        typeof value === 'string'
          ? parseIntervalText(value, expr.part.text, expr.to?.text)
          : typeof value === 'bigint'
            ? intervalOf(value, expr.part.text)
            : undefined;
      if (interval === undefined) throw new SqlError('Invalid INTERVAL in OPTIONS', expr.at);
      return intervalText(interval);
    }
    default: {
      const value = analyze(expr, expressionContext({ env, ctes: new Map() }, EMPTY_SOURCE, new Set()));
      if (value.value === undefined) throw notSupported('an option whose value is not a constant', expr.at);
      return value.value;
    }
  }
}

const text = (value: unknown, option: Option): string | null => {
  if (value === null || typeof value === 'string') return value;
  throw new SqlError(`Option ${option.name.text} must be a STRING`, option.name.at);
};

const bool = (value: unknown, option: Option): boolean => {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new SqlError(`Option ${option.name.text} must be a BOOL`, option.name.at);
};

const days = (value: unknown, option: Option): string | null => {
  if (value === null) return null;
  if (typeof value === 'bigint' || typeof value === 'number') return String(Math.round(Number(value) * 86_400_000));
  throw new SqlError(`Option ${option.name.text} must be a number`, option.name.at);
};

function labels(value: unknown, option: Option): Record<string, string> | null {
  if (value === null) return null;
  const pairs = Array.isArray(value) ? value : undefined;
  if (!pairs?.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string')))
    throw new SqlError('Option labels must be an ARRAY of STRUCTs of two STRINGs', option.name.at);
  return Object.fromEntries(pairs as [string, string][]);
}

/** The options of a table or view, as the REST API has them. */
export function tableOptions(options: readonly Option[], env: Environment): { body: Body; flags: TableFlags } {
  const body: Body = {};
  const flags: { changeHistory?: boolean; fineGrainedMutations?: boolean } = {};
  const seen = new Set<string>();
  for (const option of options) {
    const name = option.name.text.toLowerCase();
    if (seen.has(name)) throw new SqlError(`Duplicate option specified for '${name}'`, option.name.at);
    seen.add(name);
    const value = valueOf(option.value, env);
    switch (name) {
      case 'description':
        body['description'] = text(value, option);
        break;
      case 'friendly_name':
        body['friendlyName'] = text(value, option);
        break;
      case 'labels':
        body['labels'] = labels(value, option);
        break;
      case 'expiration_timestamp':
        body['expirationTime'] = value === null ? null : String(Number(value) / 1000);
        break;
      case 'partition_expiration_days':
        body['partitionExpirationMs'] = days(value, option);
        break;
      case 'require_partition_filter':
        body['requirePartitionFilter'] = bool(value, option);
        break;
      case 'max_staleness':
        body['maxStaleness'] = text(value, option);
        break;
      case 'enable_change_history':
        flags.changeHistory = bool(value, option);
        break;
      case 'enable_fine_grained_mutations':
        flags.fineGrainedMutations = bool(value, option);
        break;
      case 'default_rounding_mode':
        body['defaultRoundingMode'] = text(value, option);
        break;
      // How often a materialized view is made anew says nothing here: it is read as its query.
      case 'enable_refresh':
      case 'refresh_interval_minutes':
        break;
      default:
        throw notSupported(`the option ${name}`, option.name.at);
    }
  }
  return { body, flags };
}

/** The options of a column, as the REST API has them. */
export function columnOptions(options: readonly Option[], env: Environment): Body {
  const field: Body = {};
  for (const option of options) {
    const name = option.name.text.toLowerCase();
    const value = valueOf(option.value, env);
    if (name === 'description') field['description'] = text(value, option);
    else if (name === 'data_policies' && (value === null || Array.isArray(value))) field['dataPolicies'] = (value ?? []).map(policyOf);
    else if (name === 'rounding_mode' && value === 'ROUND_HALF_AWAY_FROM_ZERO') continue;
    else throw notSupported(`the column option ${name}`, option.name.at);
  }
  return field;
}

/** `"{'name':'projects/…'}"`, or the name alone. */
function policyOf(value: unknown): { name: string } {
  const written = String(value);
  return { name: /['"]name['"]\s*:\s*['"]([^'"]+)['"]/.exec(written)?.[1] ?? written };
}

/** The options of a dataset, as the REST API has them. */
export function schemaOptions(options: readonly Option[], env: Environment): Body {
  const body: Body = {};
  for (const option of options) {
    const name = option.name.text.toLowerCase();
    const value = valueOf(option.value, env);
    if (name === 'location') body['location'] = text(value, option);
    else if (name === 'description') body['description'] = text(value, option);
    else if (name === 'friendly_name') body['friendlyName'] = text(value, option);
    else if (name === 'labels') body['labels'] = labels(value, option);
    else if (name === 'max_time_travel_hours') body['maxTimeTravelHours'] = typeof value === 'bigint' ? String(value) : null;
    else if (name === 'default_table_expiration_days') body['defaultTableExpirationMs'] = days(value, option);
    else if (name === 'default_partition_expiration_days') body['defaultPartitionExpirationMs'] = days(value, option);
    else throw notSupported(`the dataset option ${name}`, option.name.at);
  }
  return body;
}

export const textOf = (expr: Expr, env: Environment): string => {
  const value = valueOf(expr, env);
  if (typeof value === 'string') return value;
  throw new SqlError('A STRING is expected', expr.at);
};
