import { coerce, coercePair, commonType, mustCoerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { comparison, comparisonSql } from './operators.ts';
import { notSupported, type Place } from './place.ts';
import { bothPruning, listPruning, nullPruning } from './pruning.ts';
import type { Typed } from './typed.ts';
import { BOOL, isComparable, STRING, typeName, ungroupable } from './types.ts';

const not = (negated: boolean, sql: string): string => (negated ? `(NOT ${sql})` : sql);

export function analyzeIs(operand: Typed, what: 'NULL' | 'TRUE' | 'FALSE', negated: boolean, at: Place): Typed {
  const value = what === 'NULL' ? operand : mustCoerce(operand, BOOL, `The operand of IS ${what}`);
  const pruning = what === 'NULL' ? nullPruning(operand, negated) : undefined;
  const sql = `(${value.sql} IS ${negated ? 'NOT ' : ''}${what})`;
  return { type: BOOL, sql, at, constant: value.constant, ...(pruning ? { pruning } : {}) };
}

export function analyzeIsDistinct(left: Typed, right: Typed, negated: boolean, at: Place): Typed {
  const pair = coercePair(left, right);
  if (pair === undefined || !isComparable(pair[0].type)) {
    throw new SqlError(
      `No matching signature for operator IS DISTINCT FROM for argument types: ${typeName(left.type)}, ${typeName(right.type)}`,
      at,
    );
  }
  if (ungroupable(pair[0].type) !== undefined) throw notSupported(`IS DISTINCT FROM of ${typeName(pair[0].type)}`, at);
  const sql = `(${pair[0].sql} IS ${negated ? 'NOT ' : ''}DISTINCT FROM ${pair[1].sql})`;
  return { type: BOOL, sql, at, constant: left.constant && right.constant };
}

export function analyzeBetween(operand: Typed, low: Typed, high: Typed, negated: boolean, at: Place): Typed {
  const type = commonType([operand, low, high]);
  const value = type && coerce(operand, type);
  const from = type && coerce(low, type);
  const to = type && coerce(high, type);
  if (!value || !from || !to) {
    const types = [operand, low, high].map((v) => typeName(v.type)).join(', ');
    throw new SqlError(`No matching signature for operator BETWEEN for argument types: ${types}`, at);
  }
  const above = comparison('>=', value, from, at);
  const below = comparison('<=', value, to, at);
  const pruning = negated ? undefined : bothPruning(above.pruning, below.pruning);
  return {
    type: BOOL,
    sql: not(negated, `(${above.sql} AND ${below.sql})`),
    at,
    constant: above.constant && below.constant,
    ...(pruning ? { pruning } : {}),
  };
}

export function analyzeInList(operand: Typed, list: readonly Typed[], negated: boolean, at: Place): Typed {
  const type = commonType([operand, ...list]);
  const value = type && coerce(operand, type);
  const items = type ? list.map((item) => coerce(item, type)) : [];
  if (!value || !items.every((item) => item !== undefined)) {
    throw new SqlError(
      `No matching signature for operator IN for argument types: ${[operand, ...list].map((v) => typeName(v.type)).join(', ')}`,
      at,
    );
  }
  if (!isComparable(value.type)) throw new SqlError(`Equality is not defined for arguments of type ${typeName(value.type)}`, at);
  const pruning = negated ? undefined : listPruning(value, items);
  const sql = ['FLOAT64', 'STRUCT', 'INTERVAL', 'RANGE'].includes(value.type.kind)
    ? `(${items.map((item) => comparisonSql('=', value, item)).join(' OR ')})`
    : `(${value.sql} IN (${items.map((item) => item.sql).join(', ')}))`;
  return {
    type: BOOL,
    sql: not(negated, sql),
    at,
    constant: value.constant && items.every((i) => i.constant),
    ...(pruning ? { pruning } : {}),
  };
}

export function analyzeInUnnest(operand: Typed, array: Typed, negated: boolean, at: Place): Typed {
  if (array.type.kind !== 'ARRAY')
    throw new SqlError(`Values referenced in UNNEST must be arrays. UNNEST contains expression of type ${typeName(array.type)}`, array.at);
  const plain: Typed = { type: array.type.element, sql: 'NULL', at, constant: false };
  const type = commonType([operand, ...(array.members && array.members.length > 0 ? array.members : [plain])]);
  const value = type && coerce(operand, type);
  const items = type && coerce(array, { kind: 'ARRAY', element: type });
  const pruning = !negated && value && items?.members ? listPruning(value, items.members) : undefined;
  if (!value || !items || !isComparable(value.type)) {
    throw new SqlError(
      `No matching signature for operator IN UNNEST for argument types: ${typeName(operand.type)}, ${typeName(array.type)}`,
      at,
    );
  }
  if (ungroupable(value.type) !== undefined || value.type.kind === 'STRUCT') throw notSupported(`IN UNNEST of ${typeName(value.type)}`, at);
  const sql = not(negated, `(${value.sql} IN (SELECT unnest(${items.sql})))`);
  return { type: BOOL, sql, at, constant: value.constant && items.constant, ...(pruning ? { pruning } : {}) };
}

export function analyzeLike(operand: Typed, pattern: Typed, negated: boolean, at: Place): Typed {
  const value = coerce(operand, STRING);
  const like = coerce(pattern, STRING);
  if (!value || !like) {
    if (operand.type.kind === 'BYTES') throw notSupported('LIKE on BYTES', at);
    throw new SqlError(
      `No matching signature for operator LIKE for argument types: ${typeName(operand.type)}, ${typeName(pattern.type)}`,
      at,
    );
  }
  const sql = `(${value.sql} LIKE ${like.sql} ESCAPE '\\')`;
  return { type: BOOL, sql: not(negated, sql), at, constant: value.constant && like.constant };
}
