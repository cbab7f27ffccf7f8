import type { Call } from './ast.ts';
import { mustCoerce } from './coerce.ts';
import { SqlError } from './contract.ts';
import { noSignature } from './function-table.ts';
import { fromMicros, type Kind, TYPES } from './functions-time.ts';
import { checkZone } from './time-zone.ts';
import type { Typed } from './typed.ts';
import { STRING, TIMESTAMP } from './types.ts';

/** A conversion between an instant and what clocks and calendars in a zone show. */
export function inZone(kind: Kind, first: Typed, second: Typed, call: Call): Typed {
  const zone = zoneSql(second);
  const constant = first.constant && second.constant;
  const from = first.type.kind;
  if (kind === 'TIMESTAMP') {
    if (from === 'STRING')
      return { type: TIMESTAMP, sql: `make_timestamptz(bq_parse_timestamp_in(${first.sql}, ${zone}))`, at: call.at, constant };
    if (from !== 'DATETIME' && from !== 'DATE') throw noSignature(call, [first, second]);
    return { type: TIMESTAMP, sql: `make_timestamptz(bq_instant(bq_from_civil(epoch_us(${first.sql}), ${zone})))`, at: call.at, constant };
  }
  if (from !== 'TIMESTAMP') throw noSignature(call, [first, second]);
  return { type: TYPES[kind], sql: civilSql(kind, first, zone), at: call.at, constant };
}

/** The part of a timestamp that a zone's calendar and clock show. */
export function civilSql(kind: Kind, instant: Typed, zone: string): string {
  const civil = `bq_to_civil(epoch_us(${instant.sql}), ${zone})`;
  return kind === 'TIME' ? fromMicros('TIME', civil) : fromMicros(kind, civil);
}

/** A zone's name; one that is known while compiling is checked then. */
export function zoneSql(zone: Typed): string {
  const text = mustCoerce(zone, STRING, 'A time zone');
  if (typeof text.value === 'string') {
    try {
      checkZone(text.value);
    } catch (error) {
      throw new SqlError(error instanceof Error ? error.message : String(error), zone.at);
    }
  }
  return text.sql;
}
