import type { Call } from './ast.ts';
import { coerce } from './coerce.ts';
import type { Context } from './context.ts';
import { SqlError } from './contract.ts';
import { notSupported } from './place.ts';
import type { Typed } from './typed.ts';
import { type SqlType, sameType, typeName } from './types.ts';

/** One way to call a function: fixed types, written as DuckDB text. */
export interface Overload {
  readonly parameters: readonly SqlType[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  readonly returns: SqlType;
  readonly sql: (...args: string[]) => string;
}

/** A function whose arguments are values; it types itself. */
export type ValueFunction = (values: readonly Typed[], call: Call, context: Context) => Typed;

/** A function that reads its arguments' syntax itself: date parts, intervals. */
export interface SyntaxFunction {
  /** The arguments that may be given by name, in upper case. */
  readonly names?: readonly string[];
  readonly syntax: (call: Call, context: Context) => Typed;
}

export type FunctionEntry = readonly Overload[] | ValueFunction | SyntaxFunction;
export type FunctionTable = Readonly<Record<string, FunctionEntry>>;

export const overload = (
  parameters: readonly SqlType[],
  returns: SqlType,
  sql: Overload['sql'],
  more: { optional?: number; variadic?: boolean } = {},
): Overload => ({
  parameters,
  returns,
  sql,
  ...more,
});

/** Types that many functions take on the real one and few here. */
const RARE: readonly string[] = ['BIGNUMERIC', 'BYTES', 'GEOGRAPHY'];

export function noSignature(call: Call, values: readonly Typed[]): SqlError {
  const rare = values.find((v) => RARE.includes(v.type.kind));
  if (rare) return notSupported(`${call.name} of ${typeName(rare.type)}, or with such arguments`, call.at);
  return new SqlError(
    `No matching signature for function ${call.name} for argument types: ${values.map((v) => typeName(v.type)).join(', ') || '()'}`,
    call.at,
  );
}

export function resolveOverload(call: Call, overloads: readonly Overload[], values: readonly Typed[]): Typed {
  const fitting = overloads.filter((o) => accepts(o, values.length));
  const exact = fitting.find((o) => values.every((v, i) => v.literal !== 'null' && sameType(v.type, parameterAt(o, i))));
  for (const candidate of exact ? [exact] : fitting) {
    const args = values.map((v, i) => coerce(v, parameterAt(candidate, i)));
    if (args.every((a) => a !== undefined)) {
      const sql = candidate.sql(...args.map((a) => a.sql));
      return { type: candidate.returns, sql, at: call.at, constant: values.every((v) => v.constant) };
    }
  }
  throw noSignature(call, values);
}

function accepts(candidate: Overload, count: number): boolean {
  const most = candidate.parameters.length;
  return count >= most - (candidate.optional ?? 0) && (candidate.variadic === true || count <= most);
}

const parameterAt = (candidate: Overload, index: number): SqlType => {
  const type = candidate.parameters[Math.min(index, candidate.parameters.length - 1)];
  if (type === undefined) throw new RangeError('an overload that takes arguments has parameters');
  return type;
};

export function requireCount(call: Call, count: number, least: number, most = least): void {
  if (count < least || count > most) {
    const wanted = least === most ? String(least) : `${String(least)} to ${String(most)}`;
    throw new SqlError(`Function ${call.name} takes ${wanted} arguments, not ${String(count)}`, call.at);
  }
}

/** Refuses what only aggregates take, and arguments by a name that is not one of these. */
export function requirePlain(call: Call, names: readonly string[] = []): void {
  const unknown = call.named?.find(({ name }) => !names.includes(name.text.toUpperCase()));
  if (unknown) throw notSupported(`the named argument ${unknown.name.text}`, unknown.name.at);
  if (call.star) throw new SqlError(`Argument * can only be used in COUNT(*), not in ${call.name}`, call.at);
  if (call.distinct || call.orderBy.length > 0 || call.limit !== undefined || call.nulls !== undefined) {
    throw notSupported(`DISTINCT, ORDER BY, LIMIT or NULLS in ${call.name}`, call.at);
  }
}
