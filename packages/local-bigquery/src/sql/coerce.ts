import { castConstant, castTo } from './cast.ts';
import { constant } from './constant.ts';
import { SqlError } from './contract.ts';
import type { Place } from './place.ts';
import { quoteIdentifier } from './quote.ts';
import type { Typed } from './typed.ts';
import { DATETIME, isNumber, numberRank, type SqlType, sameType, storageType, structFieldName, typeName } from './types.ts';

const FROM_TEXT: readonly string[] = ['DATE', 'DATETIME', 'TIME', 'TIMESTAMP'];

/** The value as a type, where GoogleSQL lets it become one by itself; undefined where it does not. */
export function coerce(value: Typed, type: SqlType): Typed | undefined {
  if (sameType(value.type, type)) return value;
  if (value.literal === 'null') return constant(type, null, value.at);
  // ERROR() has whatever type is asked for.
  if (value.literal === 'error') return { ...value, type, sql: `CAST(${value.sql} AS ${storageType(type)})` };
  if (value.members !== undefined) return coerceMembers(value, value.members, type);
  if (isNumber(value.type) && isNumber(type)) {
    const widens = numberRank(value.type) < numberRank(type);
    const literal = value.literal === 'float' && (type.kind === 'NUMERIC' || type.kind === 'BIGNUMERIC');
    return widens || literal ? castTo(value, type, value.at) : undefined;
  }
  if (value.type.kind === 'STRUCT' && type.kind === 'STRUCT' && wider(value.type, type) && sameShape(wider(value.type, type), type))
    return castTo(value, type, value.at);
  if (value.type.kind === 'DATE' && type.kind === 'DATETIME') return castTo(value, type, value.at);
  if (value.literal === 'string' && FROM_TEXT.includes(type.kind) && typeof value.value === 'string') {
    const parsed = castConstant(value.type, value.value, type);
    if (parsed === undefined)
      throw new SqlError(`Could not cast literal ${JSON.stringify(value.value)} to type ${typeName(type)}`, value.at);
    return constant(type, parsed, value.at);
  }
  return undefined;
}

function coerceMembers(value: Typed, members: readonly Typed[], type: SqlType): Typed | undefined {
  const types = type.kind === 'ARRAY' ? members.map(() => type.element) : type.kind === 'STRUCT' ? type.fields.map((f) => f.type) : [];
  if (value.type.kind !== type.kind || types.length !== members.length) return undefined;
  const coerced: Typed[] = [];
  for (const [i, member] of members.entries()) {
    const one = coerce(member, types[i] ?? member.type);
    if (one === undefined) return undefined;
    coerced.push(one);
  }
  return type.kind === 'STRUCT' ? structOf(type, coerced, value.at) : arrayConstructor(type, coerced, value.at);
}

/** A struct constructor; its members have the fields' types already. */
export function structOf(type: SqlType & { kind: 'STRUCT' }, members: readonly Typed[], at: Place): Typed {
  const fields = type.fields.map((f, i) => `${quoteIdentifier(structFieldName(f, i))} := ${members[i]?.sql ?? 'NULL'}`);
  return { type, sql: `struct_pack(${fields.join(', ')})`, at, constant: members.every((m) => m.constant), members };
}

export function arrayConstructor(type: SqlType, members: readonly Typed[], at: Place): Typed {
  const sql = `CAST([${members.map((m) => m.sql).join(', ')}] AS ${storageType(type)})`;
  return { type, sql, at, constant: members.every((m) => m.constant), members };
}

/** The type that all values can become, or undefined where there is none. */
export function commonType(values: readonly Typed[]): SqlType | undefined {
  let result: SqlType | undefined;
  // Literals adapt to the other values, so these decide first.
  const decided = values.filter((v) => v.literal === undefined && v.members === undefined);
  const flexible = values.filter((v) => v.literal !== 'null' && v.literal !== 'error' && !decided.includes(v));
  for (const value of decided) {
    result = result === undefined ? value.type : wider(result, value.type);
    if (result === undefined) return undefined;
  }
  for (const value of flexible) {
    const known: SqlType | undefined = result;
    if (known === undefined) result = value.type;
    else if (coerce(value, known) === undefined) {
      result =
        wider(known, value.type) ??
        (flexible.every((v) => coerce(v, value.type) !== undefined) && decided.length === 0 ? value.type : undefined);
      if (result === undefined) return undefined;
    }
  }
  return result ?? values[0]?.type;
}

function wider(a: SqlType, b: SqlType): SqlType | undefined {
  if (sameType(a, b)) return a;
  if (isNumber(a) && isNumber(b)) return numberRank(a) > numberRank(b) ? a : b;
  if (a.kind === 'STRUCT' && b.kind === 'STRUCT' && a.fields.length === b.fields.length) {
    const types = a.fields.map((field, i) => wider(field.type, b.fields[i]?.type ?? field.type));
    if (!types.every((type) => type !== undefined)) return undefined;
    return { kind: 'STRUCT', fields: a.fields.map((field, i) => ({ ...field, type: types[i] ?? field.type })) };
  }
  if ((a.kind === 'DATE' && b.kind === 'DATETIME') || (a.kind === 'DATETIME' && b.kind === 'DATE')) return DATETIME;
  return undefined;
}

/** Whether two structs differ in the names of fields at most. */
function sameShape(a: SqlType | undefined, b: SqlType): boolean {
  if (a?.kind !== 'STRUCT' || b.kind !== 'STRUCT') return a !== undefined && sameType(a, b);
  return a.fields.every((field, i) => {
    const other = b.fields[i];
    return other !== undefined && sameShape(field.type, other.type);
  });
}

/** Both sides in their common type, or undefined. */
export function coercePair(left: Typed, right: Typed): readonly [Typed, Typed] | undefined {
  const type = commonType([left, right]);
  if (type === undefined) return undefined;
  const a = coerce(left, type);
  const b = coerce(right, type);
  return a && b ? [a, b] : undefined;
}

/** As {@link coerce}, with BigQuery's message where it cannot be. */
export function mustCoerce(value: Typed, type: SqlType, what: string): Typed {
  const coerced = coerce(value, type);
  if (coerced === undefined) throw new SqlError(`${what} has type ${typeName(value.type)} where ${typeName(type)} is expected`, value.at);
  return coerced;
}
