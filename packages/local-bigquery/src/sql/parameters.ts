import { arrayConstructor } from './coerce.ts';
import { castConstant } from './cast.ts';
import { normalJson } from '../rows/json-value.ts';
import { constant } from './constant.ts';
import { SqlError, type WireParameter } from './contract.ts';
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

function parameterValue(parameter: WireParameter, label: string, at: Place): Typed {
  const { parameterType, parameterValue: given } = parameter;
  if (parameterType.type.toUpperCase() === 'ARRAY') {
    const element = scalarOf(parameterType.arrayType?.type ?? '', label, at);
    if (given.arrayValues === undefined) return constant(arrayOf(element), null, at);
    const members = given.arrayValues.map((item) => constant(element, decode(element, item.value, label, at), at));
    return arrayConstructor(arrayOf(element), members, at);
  }
  const type = scalarOf(parameterType.type, label, at);
  const value = decode(type, given.value, label, at);
  return constant(type, value, at, type.kind === 'STRING' && value !== null ? 'string' : undefined);
}

function scalarOf(name: string, label: string, at: Place): SqlType {
  const type = scalarNamed(name);
  if (type === undefined || type.kind === 'GEOGRAPHY')
    throw notSupported(`query parameter ${label} of type ${name || 'unknown'}`, at);
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
