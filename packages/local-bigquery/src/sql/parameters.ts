import { arrayConstructor, structOf } from './coerce.ts';
import { castConstant } from './cast.ts';
import { isWkt } from '../rows/scalar-encoders.ts';
import { normalJson } from '../rows/json-value.ts';
import { constant } from './constant.ts';
import { SqlError, type WireParameter, type WireParameterType, type WireParameterValue } from './contract.ts';
import { notSupported, type Place } from './place.ts';
import type { ConstantValue, Typed } from './typed.ts';
import { arrayOf, type SqlType, STRING, scalarNamed, typeName } from './types.ts';

export function parameterNamed(parameters: readonly WireParameter[], name: string, at: Place): Typed {
  const found = parameters.find((p) => p.name?.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new SqlError(`Query parameter '${name}' not found`, at);
  return parameterValue(found, `@${name}`, at);
}

export function parameterNumber(parameters: readonly WireParameter[], index: number, at: Place): Typed {
  const found = parameters.filter((p) => p.name === undefined || p.name === '')[index];
  if (found === undefined) throw new SqlError(`Query parameter number ${String(index + 1)} is not given`, at);
  return parameterValue(found, `number ${String(index + 1)}`, at);
}

function parameterValue({ parameterType, parameterValue: given }: WireParameter, label: string, at: Place): Typed {
  const typed = valueOf(typeOf(parameterType, label, at), given, label, at);
  return typed.type.kind === 'STRING' && typed.value !== null && typed.value !== undefined ? { ...typed, literal: 'string' } : typed;
}

function valueOf(type: SqlType, given: WireParameterValue | null | undefined, label: string, at: Place): Typed {
  if (type.kind === 'ARRAY') {
    if (!given?.arrayValues) return constant(type, null, at);
    return arrayConstructor(
      type,
      given.arrayValues.map((item) => valueOf(type.element, item, label, at)),
      at,
    );
  }
  if (type.kind === 'STRUCT') {
    const members = given?.structValues;
    if (!members) return constant(type, null, at);
    return structOf(
      type,
      type.fields.map((field) => valueOf(field.type, members[field.name ?? ''], label, at)),
      at,
    );
  }
  if (type.kind === 'RANGE' && given?.rangeValue) {
    const bound = ({ value }: WireParameterValue = {}): string => (value === null || value === undefined ? 'UNBOUNDED' : value);
    const { start, end } = given.rangeValue;
    return constant(type, decode(type, `[${bound(start ?? {})}, ${bound(end ?? {})})`, label, at), at);
  }
  return constant(type, decode(type, given?.value, label, at), at);
}

function typeOf(wire: WireParameterType, label: string, at: Place): SqlType {
  const name = wire.type.toUpperCase();
  if (name === 'ARRAY' && wire.arrayType) return arrayOf(typeOf(wire.arrayType, label, at));
  if ((name === 'STRUCT' || name === 'RECORD') && wire.structTypes) {
    const fields = wire.structTypes.map((f) => ({ ...(f.name ? { name: f.name } : {}), type: typeOf(f.type, label, at) }));
    return { kind: 'STRUCT', fields };
  }
  if (name === 'RANGE') {
    const element = wire.rangeElementType?.type.toUpperCase();
    if (element === 'DATE' || element === 'DATETIME' || element === 'TIMESTAMP') return { kind: 'RANGE', element };
  }
  const type = scalarNamed(wire.type);
  if (type === undefined) throw notSupported(`query parameter ${label} of type ${wire.type || 'unknown'}`, at);
  return type;
}

function decode(type: SqlType, text: unknown, label: string, at: Place): ConstantValue {
  if (text === null || text === undefined) return null;
  // Some clients send a number, or a bool, as JSON has it.
  const value = decodeText(type, typeof text === 'number' || typeof text === 'boolean' ? String(text) : (text as string));
  if (value === undefined)
    throw new SqlError(`Invalid value for query parameter ${label}: ${JSON.stringify(text)} is no ${typeName(type)}`, at);
  return value;
}

function decodeText(type: SqlType, text: string): ConstantValue | undefined {
  switch (type.kind) {
    case 'STRING':
      return text;
    case 'GEOGRAPHY':
      return isWkt(text) ? text.trim() : undefined;
    case 'JSON':
      return compactJson(text);
    case 'INT64':
      return /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? BigInt(text) : undefined;
    case 'BOOL':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case 'BYTES':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'FLOAT64':
      return floatOf(text);
    default:
      return castConstant(STRING, text, type);
  }
}

/** JSON text as BigQuery keeps it; undefined where it is no JSON. */
export function compactJson(text: string): string | undefined {
  try {
    return normalJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A FLOAT64 from text, with the names that BigQuery knows for what is no finite number. */
export function floatOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^nan$/i.test(trimmed)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(trimmed);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]+)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?$/.exec(trimmed);
  if (hex) {
    const digits = `${hex[2] ?? ''}${hex[3] ?? ''}`;
    const value = Number(BigInt(`0x${digits}`)) * 2 ** (Number(hex[4] ?? 0) - 4 * (hex[3] ?? '').length);
    return hex[1] === '-' ? -value : value;
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}
