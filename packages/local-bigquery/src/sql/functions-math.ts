import { coerce, commonType } from './coerce.ts';
import { type FunctionTable, noSignature, overload, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import { BYTES, FLOAT64, INT64, isNumber, NUMERIC, STRING } from './types.ts';

/** A function of FLOAT64; of NUMERIC, where BigQuery has another one, it is refused. */
const real =
  (sql: (x: string) => string): ValueFunction =>
  (values, call) => {
    const [value] = values;
    if (value === undefined || values.length !== 1 || !isNumber(value.type)) throw noSignature(call, values);
    const decimal = value.type.kind === 'NUMERIC' || value.type.kind === 'BIGNUMERIC';
    if (decimal && value.literal === undefined && ['EXP', 'LN', 'LOG10', 'CBRT'].includes(call.name))
      throw notSupported(`${call.name} on ${value.type.kind}`, call.at);
    const x = coerce(value, FLOAT64);
    if (x === undefined) throw noSignature(call, values);
    return { type: FLOAT64, sql: sql(x.sql), at: call.at, constant: value.constant };
  };

/** The result must be finite where the argument is. */
const finite = (name: string, duck: string) => real((x) => `bq_finite(${duck}(${x}), ${x}, '${name}')`);
/** Beyond its domain DuckDB fails with words of its own. */
const within = (name: string, duck: string, domain: (x: string) => string) =>
  real(
    (x) =>
      `(CASE WHEN isnan(${x}) THEN ${x} WHEN ${domain(x)} THEN ${duck}(${x}) WHEN ${x} IS NULL THEN NULL ELSE bq_out_of_domain(${x}, '${name}') END)`,
  );
const inverse = (name: string, of: (x: string) => string) => real((x) => `bq_reciprocal(${of(x)}, '${name}')`);

const power: ValueFunction = (values, call) => {
  const common = values.length === 2 ? commonType(values) : undefined;
  if (common === undefined || !isNumber(common)) throw noSignature(call, values);
  const type = common.kind === 'NUMERIC' ? NUMERIC : FLOAT64;
  if (common.kind === 'BIGNUMERIC') throw notSupported('POW on BIGNUMERIC', call.at);
  const [x, y] = values.map((v) => coerce(v, type));
  if (x === undefined || y === undefined) throw noSignature(call, values);
  const sql = type === NUMERIC ? `bq_numeric_power(${x.sql}, ${y.sql})` : `bq_float_power(${x.sql}, ${y.sql})`;
  return { type, sql, at: call.at, constant: values.every((v) => v.constant) };
};

export const MATH_FUNCTIONS: FunctionTable = {
  SQRT: (values, call) => {
    const [value] = values;
    if (value?.type.kind === 'BIGNUMERIC') throw notSupported('SQRT on BIGNUMERIC', call.at);
    if (value?.type.kind === 'NUMERIC' && values.length === 1)
      return { type: NUMERIC, sql: `bq_numeric_sqrt(${value.sql})`, at: call.at, constant: value.constant };
    return real((x) => `bq_float_sqrt(${x})`)(values, call, undefined as never);
  },
  POW: power,
  POWER: power,
  EXP: finite('EXP', 'exp'),
  LN: within('LN', 'ln', (x) => `${x} > 0`),
  LOG10: within('LOG10', 'log10', (x) => `${x} > 0`),
  LOG: (values, call) => {
    const [x, base] = values.map((v) => coerce(v, FLOAT64));
    if (x === undefined || values.length > 2) throw noSignature(call, values);
    if (values.some((v) => v.type.kind === 'NUMERIC' && v.literal === undefined)) throw notSupported('LOG on NUMERIC', call.at);
    if (values.length === 1) return { type: FLOAT64, sql: `bq_float_ln(${x.sql})`, at: call.at, constant: x.constant };
    if (base === undefined) throw noSignature(call, values);
    return { type: FLOAT64, sql: `bq_float_log(${x.sql}, ${base.sql})`, at: call.at, constant: x.constant && base.constant };
  },
  CBRT: real((x) => `bq_float_cbrt(${x})`),
  SIN: within('SIN', 'sin', (x) => `NOT isinf(${x})`),
  COS: within('COS', 'cos', (x) => `NOT isinf(${x})`),
  TAN: within('TAN', 'tan', (x) => `NOT isinf(${x})`),
  ASIN: within('ASIN', 'asin', (x) => `${x} BETWEEN -1 AND 1`),
  ACOS: within('ACOS', 'acos', (x) => `${x} BETWEEN -1 AND 1`),
  ATAN: real((x) => `atan(${x})`),
  ATAN2: [overload([FLOAT64, FLOAT64], FLOAT64, (y, x) => `atan2(${y}, ${x})`)],
  SINH: finite('SINH', 'sinh'),
  COSH: finite('COSH', 'cosh'),
  TANH: real((x) => `tanh(${x})`),
  ASINH: real((x) => `asinh(${x})`),
  ACOSH: within('ACOSH', 'acosh', (x) => `${x} >= 1`),
  ATANH: within('ATANH', 'atanh', (x) => `${x} > -1 AND ${x} < 1`),
  COT: inverse('COT', (x) => `tan(${x})`),
  CSC: inverse('CSC', (x) => `sin(${x})`),
  SEC: inverse('SEC', (x) => `cos(${x})`),
  COTH: inverse('COTH', (x) => `tanh(${x})`),
  CSCH: inverse('CSCH', (x) => `sinh(${x})`),
  SECH: inverse('SECH', (x) => `cosh(${x})`),
  RAND: [overload([], FLOAT64, () => 'random()')],
  BIT_COUNT: [
    overload([INT64], INT64, (x) => `CAST(bit_count(${x}) AS BIGINT)`),
    overload([BYTES], INT64, (x) => `bq_bit_count_bytes(${x})`),
  ],
  PARSE_NUMERIC: [overload([STRING], NUMERIC, (x) => `bq_parse_numeric(bq_plain_number(${x}))`)],
  PARSE_BIGNUMERIC: [overload([STRING], { kind: 'BIGNUMERIC' }, (x) => `bq_parse_bignumeric(bq_plain_number(${x}))`)],
  RANGE_BUCKET: (values, call) => {
    const [point, array] = values;
    if (point === undefined || array?.type.kind !== 'ARRAY' || values.length !== 2) throw noSignature(call, values);
    const { element } = array.type;
    const value = coerce(point, element);
    if (value === undefined || !['INT64', 'FLOAT64', 'NUMERIC', 'STRING', 'DATE', 'DATETIME', 'TIMESTAMP'].includes(element.kind))
      throw noSignature(call, values);
    const sql = `(CASE WHEN ${value.sql} IS NULL OR ${array.sql} IS NULL THEN NULL ELSE CAST(len(list_filter(${array.sql}, lambda b: b <= ${value.sql})) AS BIGINT) END)`;
    return { type: INT64, sql, at: call.at, constant: point.constant && array.constant };
  },
};
