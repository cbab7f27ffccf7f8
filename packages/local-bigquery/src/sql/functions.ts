import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  INTERVAL,
  VARCHAR,
} from '@duckdb/node-api';
import type { RuntimeFunction, RuntimeTable, RuntimeType, RuntimeTypes } from './runtime-function.ts';
import { BIG_RUNTIME } from './runtime-big.ts';
import { BYTES_RUNTIME } from './runtime-bytes.ts';
import { DISTANCE_RUNTIME } from './runtime-distance.ts';
import { FORMAT_RUNTIME } from './runtime-format.ts';
import { INTERVAL_RUNTIME } from './runtime-interval.ts';
import { JSON_EDIT_RUNTIME } from './runtime-json-edit.ts';
import { JSON_RUNTIME, JSON_TEXT_RUNTIME } from './runtime-json.ts';
import { RANGE_RUNTIME } from './runtime-range.ts';
import { REGEXP_RUNTIME } from './runtime-regexp.ts';
import { NET_RUNTIME } from './runtime-net.ts';
import { NUMBER_RUNTIME } from './runtime-numbers.ts';
import { TEXT_RUNTIME } from './runtime-text.ts';
import { TIME_RUNTIME } from './runtime-time.ts';

type Value = RuntimeTypes[RuntimeType];

const TYPES: Readonly<Record<RuntimeType, DuckDBType>> = {
  int: BIGINT,
  float: DOUBLE,
  text: VARCHAR,
  bytes: BLOB,
  bool: BOOLEAN,
  numeric: DECIMAL(38, 9),
  interval: INTERVAL,
};

/**
 * Gives a connection the scalar functions (all named `bq_…`) that compiled statements call and DuckDB lacks.
 * Call it once for each connection, before the first statement.
 */
export function registerFunctions(connection: DuckDBConnection): void {
  const all: RuntimeTable = {
    ...NUMBER_RUNTIME,
    ...TEXT_RUNTIME,
    ...BYTES_RUNTIME,
    ...REGEXP_RUNTIME,
    ...JSON_RUNTIME,
    ...JSON_TEXT_RUNTIME,
    ...JSON_EDIT_RUNTIME,
    ...TIME_RUNTIME,
    ...FORMAT_RUNTIME,
    ...INTERVAL_RUNTIME,
    ...RANGE_RUNTIME,
    ...DISTANCE_RUNTIME,
    ...NET_RUNTIME,
    ...BIG_RUNTIME,
  };
  for (const [name, definition] of Object.entries(all)) connection.registerScalarFunction(scalarFunction(name, definition));
}

function scalarFunction(name: string, { parameters, returns, call }: RuntimeFunction): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: parameters.map((p) => TYPES[p]),
    returnType: TYPES[returns],
    mainFunction: (_info, input, output) => {
      const vectors = parameters.map((_, i) => input.getColumnVector(i));
      const args: Value[] = [];
      for (let row = 0; row < input.rowCount; row += 1) {
        let hasNull = false;
        for (const [i, vector] of vectors.entries()) {
          const item = vector.getItem(row);
          if (item === null) hasNull = true;
          else args[i] = valueOf(item);
        }
        const result = hasNull ? null : call(args);
        output.setItem(row, result === null ? null : itemOf(result, returns));
      }
      output.flush();
    },
  });
}

function valueOf(item: DuckDBValue): Value {
  if (item instanceof DuckDBDecimalValue) return item.value;
  if (item instanceof DuckDBBlobValue) return item.bytes;
  if (item instanceof DuckDBIntervalValue) return item;
  return item as Value;
}

function itemOf(value: Value, type: RuntimeType): DuckDBValue {
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value);
  if (typeof value === 'object') return new DuckDBIntervalValue(value.months, value.days, value.micros);
  return type === 'numeric' && typeof value === 'bigint' ? new DuckDBDecimalValue(value, 38, 9) : value;
}
