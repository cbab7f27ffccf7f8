import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { isSet, parseCount, textOr } from '../http/values.ts';
import type { Field, FieldType } from '../sql/contract.ts';

/** A field as the REST API carries it. */
export interface WireField {
  readonly name: string;
  readonly type: string;
  readonly mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  readonly description?: string;
  readonly fields?: readonly WireField[];
  readonly rangeElementType?: { readonly type: 'DATE' | 'DATETIME' | 'TIMESTAMP' };
  readonly defaultValueExpression?: string;
  readonly maxLength?: string;
  readonly precision?: string;
  readonly scale?: string;
  readonly policyTags?: { readonly names: readonly string[] };
  readonly dataPolicies?: readonly { readonly name: string }[];
  readonly roundingMode?: string;
  /** Not of the API: nobody said the mode, so it is not shown. */
  readonly impliedMode?: true;
  /** Not of the API: DuckDB's column, where it has another name than the field. */
  readonly stored?: string;
}

/** Every accepted name of a type, to the name that BigQuery's REST answers have. */
const WIRE_TYPES: Readonly<Record<string, string>> = {
  STRING: 'STRING',
  BYTES: 'BYTES',
  INTEGER: 'INTEGER',
  INT64: 'INTEGER',
  FLOAT: 'FLOAT',
  FLOAT64: 'FLOAT',
  BOOLEAN: 'BOOLEAN',
  BOOL: 'BOOLEAN',
  NUMERIC: 'NUMERIC',
  BIGNUMERIC: 'BIGNUMERIC',
  TIMESTAMP: 'TIMESTAMP',
  DATETIME: 'DATETIME',
  DATE: 'DATE',
  TIME: 'TIME',
  JSON: 'JSON',
  GEOGRAPHY: 'GEOGRAPHY',
  INTERVAL: 'INTERVAL',
  RANGE: 'RANGE',
  RECORD: 'RECORD',
  STRUCT: 'RECORD',
};

const SQL_TYPES: Readonly<Record<string, FieldType>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL', RECORD: 'STRUCT' };
const LEGACY_TYPES: Partial<Record<FieldType, string>> = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN', STRUCT: 'RECORD' };

const KNOWN_KEYS = new Set([
  'name',
  'type',
  'mode',
  'description',
  'fields',
  'rangeElementType',
  'defaultValueExpression',
  'maxLength',
  'precision',
  'scale',
  'policyTags',
  'dataPolicies',
]);
const RESERVED_PREFIXES = ['_table_', '_file_', '_partition', '_row_timestamp', '__root__', '_colidentifier'];

/** Reads a schema (`{ fields: [...] }`); a wrong or unknown part is refused with its path. */
export function parseSchema(schema: unknown): WireField[] {
  if (!isObject(schema) || !Array.isArray(schema['fields'])) throw invalid('schema must be an object with a list "fields"', 'schema');
  const unknown = Object.keys(schema).find((key) => key !== 'fields');
  if (unknown !== undefined) throw notImplemented(`schema.${unknown}`);
  return parseFields(schema['fields'], 'schema.fields');
}

function parseFields(fields: readonly unknown[], place: string): WireField[] {
  const seen = new Set<string>();
  return fields.map((value, index) => {
    const field = parseField(value, `${place}[${index}]`);
    if (seen.has(field.name.toLowerCase())) throw invalid(`Duplicate field name ${field.name} at ${place}`, place);
    seen.add(field.name.toLowerCase());
    return field;
  });
}

function parseField(value: unknown, place: string): WireField {
  if (!isObject(value)) throw invalid(`${place} must be an object`, place);
  const name = value['name'];
  if (typeof name !== 'string' || !/^[\p{L}\p{N}_][\p{L}\p{N}\p{M}\p{Pc}\p{Pd}\p{Zs}&%=+:'<>#|]{0,299}$/u.test(name)) {
    throw invalid(`Invalid field name "${String(name)}" at ${place}`, place);
  }
  if (RESERVED_PREFIXES.some((prefix) => name.toLowerCase().startsWith(prefix))) {
    throw invalid(`Invalid field name "${name}": its prefix is reserved`, place);
  }
  // A copy of a schema often names every key; only one that says something asks for a feature.
  const unknown = Object.keys(value).find((key) => !KNOWN_KEYS.has(key) && value[key] !== undefined && value[key] !== null);
  if (unknown !== undefined) throw notImplemented(`field option ${unknown} (${name})`);
  const type = WIRE_TYPES[textOr(value['type'], '', `${place}.type`).toUpperCase()];
  if (type === undefined) throw invalid(`Invalid type "${String(value['type'])}" of field ${name}`, place);
  const mode = textOr(value['mode'], 'NULLABLE', `${place}.mode`).toUpperCase();
  if (mode !== 'NULLABLE' && mode !== 'REQUIRED' && mode !== 'REPEATED') throw invalid(`Invalid mode "${mode}" of field ${name}`, place);
  const children = value['fields'];
  if (type === 'RECORD' && (!Array.isArray(children) || children.length === 0)) {
    throw invalid(`Field ${name} is type RECORD but has no schema`, place);
  }
  return {
    name,
    type,
    mode,
    ...(typeof value['description'] === 'string' ? { description: value['description'] } : {}),
    ...(type === 'RECORD' && Array.isArray(children) ? { fields: parseFields(children, `${place}.fields`) } : {}),
    ...(isSet(value['mode']) ? {} : { impliedMode: true as const }),
    ...fieldOptions(value, name, place),
    ...(type === 'RANGE' ? { rangeElementType: { type: rangeElement(value['rangeElementType'], name, place) } } : {}),
  };
}

function fieldOptions(value: Readonly<Record<string, unknown>>, name: string, place: string): Partial<WireField> {
  const { defaultValueExpression, policyTags, dataPolicies } = value;
  const count = (key: 'maxLength' | 'precision' | 'scale'): Partial<WireField> =>
    isSet(value[key]) ? { [key]: String(parseCount(value[key], `${place}.${key}`)) } : {};
  const tags = isObject(policyTags) && Array.isArray(policyTags['names']) ? policyTags['names'].map(String) : [];
  const policies = Array.isArray(dataPolicies) ? dataPolicies.map((policy: unknown) => ({ name: policyName(policy, name, place) })) : [];
  return {
    ...(typeof defaultValueExpression === 'string' && defaultValueExpression !== '' ? { defaultValueExpression } : {}),
    ...count('maxLength'),
    ...count('precision'),
    ...count('scale'),
    ...(tags.length > 0 ? { policyTags: { names: tags } } : {}),
    ...(policies.length > 0 ? { dataPolicies: policies } : {}),
  };
}

function policyName(policy: unknown, field: string, place: string): string {
  if (isObject(policy) && typeof policy['name'] === 'string') return policy['name'];
  throw invalid(`A data policy of field ${field} needs a name`, `${place}.dataPolicies`);
}

function rangeElement(value: unknown, name: string, place: string): 'DATE' | 'DATETIME' | 'TIMESTAMP' {
  const type = isObject(value) ? value['type'] : undefined;
  if (type === 'DATE' || type === 'DATETIME' || type === 'TIMESTAMP') return type;
  throw invalid(`Field ${name} is type RANGE and needs rangeElementType DATE, DATETIME or TIMESTAMP`, place);
}

/** The same field with the type names of SQL. */
export function toField(wire: WireField): Field {
  const type = SQL_TYPES[wire.type] ?? (wire.type as FieldType);
  return {
    name: wire.name,
    type,
    mode: wire.mode,
    ...(wire.fields ? { fields: wire.fields.map(toField) } : {}),
    ...(wire.rangeElementType ? { rangeElementType: wire.rangeElementType.type } : {}),
    ...(wire.stored === undefined ? {} : { stored: wire.stored }),
    ...(wire.defaultValueExpression === undefined ? {} : { defaultValue: wire.defaultValueExpression }),
    ...(wire.maxLength === undefined ? {} : { maxLength: Number(wire.maxLength) }),
    ...(wire.precision === undefined ? {} : { precision: Number(wire.precision) }),
    ...(wire.scale === undefined ? {} : { scale: Number(wire.scale) }),
  };
}

/** A field as the API shows it. */
export type ShownField = Omit<WireField, 'mode' | 'fields' | 'stored' | 'impliedMode'> & {
  readonly mode?: WireField['mode'];
  readonly fields?: readonly ShownField[];
};

/** A field as the API shows it: without what only the server knows, and with its mode if somebody said one. */
export function publicField({ stored: _stored, impliedMode, mode, fields, ...field }: WireField): ShownField {
  return { ...field, ...(impliedMode === true ? {} : { mode }), ...(fields ? { fields: publicSchema(fields) } : {}) };
}

export const publicSchema = (schema: readonly WireField[]): ShownField[] => schema.map(publicField);

/** The same field with the type names of the REST API. */
export function toWireField(field: Field): WireField {
  return {
    name: field.name,
    type: LEGACY_TYPES[field.type] ?? field.type,
    mode: field.mode,
    ...(field.fields ? { fields: field.fields.map(toWireField) } : {}),
    ...(field.rangeElementType ? { rangeElementType: { type: field.rangeElementType } } : {}),
  };
}
