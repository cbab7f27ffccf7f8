import { coerce } from './coerce.ts';
import { constant } from './constant.ts';
import { type FunctionTable, noSignature, overload } from './function-table.ts';
import { notSupported } from './place.ts';
import { arrayOf, BOOL, BYTES, INT64, STRING } from './types.ts';

const onText = (name: string) => [overload([STRING], STRING, (x) => `${name}(${x})`)];

export const TEXT_FUNCTIONS: FunctionTable = {
  UPPER: onText('upper'),
  LOWER: onText('lower'),
  REVERSE: onText('bq_reverse'),
  LENGTH: [overload([STRING], INT64, (x) => `length(${x})`), overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  CHAR_LENGTH: [overload([STRING], INT64, (x) => `length(${x})`)],
  CHARACTER_LENGTH: [overload([STRING], INT64, (x) => `length(${x})`)],
  BYTE_LENGTH: [overload([STRING], INT64, (x) => `strlen(${x})`), overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  OCTET_LENGTH: [overload([STRING], INT64, (x) => `strlen(${x})`), overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  CONCAT: (values, call) => {
    const type = values.some((v) => v.type.kind === 'BYTES') ? BYTES : STRING;
    const items = values.map((v) => (v.literal === 'null' ? constant(type, null, v.at) : coerce(v, type)));
    if (items.length === 0 || !items.every((v) => v !== undefined)) throw noSignature(call, values);
    return { type, sql: `(${items.map((v) => v.sql).join(' || ')})`, at: call.at, constant: values.every((v) => v.constant) };
  },
  SUBSTR: [
    overload([STRING, INT64, INT64], STRING, (x, from, n) => `bq_substring(${x}, ${from}, ${n})`),
    overload([STRING, INT64], STRING, (x, from) => `bq_substring(${x}, ${from}, CAST(9223372036854775807 AS BIGINT))`),
  ],
  TRIM: [overload([STRING], STRING, (x) => `bq_trim(${x}, 'both')`), overload([STRING, STRING], STRING, (x, set) => `trim(${x}, ${set})`)],
  LTRIM: [
    overload([STRING], STRING, (x) => `bq_trim(${x}, 'left')`),
    overload([STRING, STRING], STRING, (x, set) => `ltrim(${x}, ${set})`),
  ],
  RTRIM: [
    overload([STRING], STRING, (x) => `bq_trim(${x}, 'right')`),
    overload([STRING, STRING], STRING, (x, set) => `rtrim(${x}, ${set})`),
  ],
  STARTS_WITH: [overload([STRING, STRING], BOOL, (x, y) => `starts_with(${x}, ${y})`)],
  ENDS_WITH: [overload([STRING, STRING], BOOL, (x, y) => `ends_with(${x}, ${y})`)],
  CONTAINS_SUBSTR: (_values, call) => {
    throw notSupported('CONTAINS_SUBSTR', call.at);
  },
  STRPOS: [overload([STRING, STRING], INT64, (x, y) => `instr(${x}, ${y})`)],
  REPLACE: [overload([STRING, STRING, STRING], STRING, (x, from, to) => `bq_replace(${x}, ${from}, ${to})`)],
  REPEAT: [overload([STRING, INT64], STRING, (x, n) => `repeat(${x}, ${n})`)],
  LEFT: [overload([STRING, INT64], STRING, (x, n) => `bq_substring(${x}, 1, ${n})`)],
  RIGHT: [overload([STRING, INT64], STRING, (x, n) => `right(${x}, ${n})`)],
  LPAD: [
    overload([STRING, INT64], STRING, (x, n) => `lpad(${x}, CAST(${n} AS INTEGER), ' ')`),
    overload([STRING, INT64, STRING], STRING, (x, n, p) => `lpad(${x}, CAST(${n} AS INTEGER), ${p})`),
  ],
  RPAD: [
    overload([STRING, INT64], STRING, (x, n) => `rpad(${x}, CAST(${n} AS INTEGER), ' ')`),
    overload([STRING, INT64, STRING], STRING, (x, n, p) => `rpad(${x}, CAST(${n} AS INTEGER), ${p})`),
  ],
  SPLIT: [
    overload([STRING, STRING], arrayOf(STRING), (x, y) => `string_split(${x}, ${y})`),
    overload([STRING], arrayOf(STRING), (x) => `string_split(${x}, ',')`),
  ],
  TO_HEX: [overload([BYTES], STRING, (x) => `lower(hex(${x}))`)],
  FROM_HEX: [overload([STRING], BYTES, (x) => `bq_from_hex(${x})`)],
  TO_BASE64: [overload([BYTES], STRING, (x) => `to_base64(${x})`)],
  FROM_BASE64: [overload([STRING], BYTES, (x) => `from_base64(${x})`)],
  MD5: [overload([STRING], BYTES, (x) => `unhex(md5(${x}))`), overload([BYTES], BYTES, (x) => `unhex(md5(${x}))`)],
  SHA256: [overload([STRING], BYTES, (x) => `unhex(sha256(${x}))`), overload([BYTES], BYTES, (x) => `unhex(sha256(${x}))`)],
  FARM_FINGERPRINT: [
    overload([STRING], INT64, (x) => `bq_fingerprint_text(${x})`),
    overload([BYTES], INT64, (x) => `bq_fingerprint_bytes(${x})`),
  ],
};
