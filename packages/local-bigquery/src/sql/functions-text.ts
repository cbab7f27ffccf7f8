import type { Typed } from './typed.ts';
import { castTo } from './cast.ts';
import { coerce } from './coerce.ts';
import { constant } from './constant.ts';
import { analyze } from './expression.ts';
import { type FunctionTable, noSignature, overload, type SyntaxFunction, type ValueFunction } from './function-table.ts';
import { notSupported } from './place.ts';
import { quoteString } from './quote.ts';
import { arrayOf, BOOL, BYTES, INT64, STRING } from './types.ts';

const onText = (name: string) => [overload([STRING], STRING, (x) => `${name}(${x})`)];

/** What separates words for INITCAP where nothing is said. */
const INITCAP_DELIMITERS = ' \t\n\v\f\r[](){}/|<>!?@"^#$&~_,.:;*%+-';
const MOST = 'CAST(9223372036854775807 AS BIGINT)';

const pad = (side: 'left' | 'right') => [
  overload([STRING, INT64], STRING, (x, n) => `bq_pad(${x}, ${n}, ' ', '${side}')`),
  overload([STRING, INT64, STRING], STRING, (x, n, p) => `bq_pad(${x}, ${n}, ${p}, '${side}')`),
  overload([BYTES, INT64], BYTES, (x, n) => `bq_pad_bytes(${x}, ${n}, ' '::BLOB, '${side}')`),
  overload([BYTES, INT64, BYTES], BYTES, (x, n, p) => `bq_pad_bytes(${x}, ${n}, ${p}, '${side}')`),
];
const trim = (side: string) => [
  overload([STRING], STRING, (x) => `bq_trim(${x}, '${side}')`),
  overload([STRING, STRING], STRING, (x, set) => `bq_trim_set(${x}, ${set}, '${side}')`),
  overload([BYTES, BYTES], BYTES, (x, set) => `bq_trim_set_bytes(${x}, ${set}, '${side}')`),
];
const substring = [
  overload([STRING, INT64, INT64], STRING, (x, from, n) => `bq_substring(${x}, ${from}, ${n})`),
  overload([STRING, INT64], STRING, (x, from) => `bq_substring(${x}, ${from}, ${MOST})`),
  overload([BYTES, INT64, INT64], BYTES, (x, from, n) => `bq_substring_bytes(${x}, ${from}, ${n})`),
  overload([BYTES, INT64], BYTES, (x, from) => `bq_substring_bytes(${x}, ${from}, ${MOST})`),
];
const hash = (name: string) => [
  overload([STRING], BYTES, (x) => `${name}_text(${x})`),
  overload([BYTES], BYTES, (x) => `${name}_bytes(${x})`),
];
const characters = [overload([STRING], INT64, (x) => `length(${x})`)];

/** The second argument of NORMALIZE is a word, not a value. */
const normalize: SyntaxFunction = {
  syntax: (call, context) => {
    const [first, mode] = call.args;
    const form = mode === undefined ? 'NFC' : mode.kind === 'path' && mode.names.length === 1 ? mode.names[0].text.toUpperCase() : '';
    const value = first && coerce(analyze(first, context), STRING);
    if (value === undefined || call.args.length > 2 || !['NFC', 'NFD', 'NFKC', 'NFKD'].includes(form)) throw noSignature(call, []);
    return { type: STRING, sql: `bq_normalize(${value.sql}, ${quoteString(form)})`, at: call.at, constant: value.constant };
  },
};

const concat: ValueFunction = (values, call) => {
  const type = values.some((v) => v.type.kind === 'BYTES') ? BYTES : STRING;
  // What can be cast to STRING is, without being asked.
  const scalar = (v: Typed): boolean => type === STRING && !['ARRAY', 'STRUCT', 'JSON', 'GEOGRAPHY', 'RANGE'].includes(v.type.kind);
  const items = values.map((v) =>
    v.literal === 'null' ? constant(type, null, v.at) : scalar(v) ? castTo(v, type, v.at) : coerce(v, type),
  );
  if (items.length === 0 || !items.every((v) => v !== undefined)) throw noSignature(call, values);
  return { type, sql: `(${items.map((v) => v.sql).join(' || ')})`, at: call.at, constant: values.every((v) => v.constant) };
};

export const TEXT_FUNCTIONS: FunctionTable = {
  UPPER: [...onText('bq_upper'), overload([BYTES], BYTES, (x) => `bq_upper_bytes(${x})`)],
  LOWER: [...onText('bq_lower'), overload([BYTES], BYTES, (x) => `bq_lower_bytes(${x})`)],
  INITCAP: [
    overload([STRING], STRING, (x) => `bq_initcap(${x}, ${quoteString(INITCAP_DELIMITERS)})`),
    overload([STRING, STRING], STRING, (x, set) => `bq_initcap(${x}, ${set})`),
  ],
  REVERSE: [...onText('bq_reverse'), overload([BYTES], BYTES, (x) => `bq_reverse_bytes(${x})`)],
  LENGTH: [...characters, overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  CHAR_LENGTH: characters,
  CHARACTER_LENGTH: characters,
  BYTE_LENGTH: [overload([STRING], INT64, (x) => `strlen(${x})`), overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  OCTET_LENGTH: [overload([STRING], INT64, (x) => `strlen(${x})`), overload([BYTES], INT64, (x) => `octet_length(${x})`)],
  CONCAT: concat,
  SUBSTR: substring,
  SUBSTRING: substring,
  TRIM: trim('both'),
  LTRIM: trim('left'),
  RTRIM: trim('right'),
  STARTS_WITH: [
    overload([STRING, STRING], BOOL, (x, y) => `starts_with(${x}, ${y})`),
    overload([BYTES, BYTES], BOOL, (x, y) => `bq_starts_bytes(${x}, ${y})`),
  ],
  ENDS_WITH: [
    overload([STRING, STRING], BOOL, (x, y) => `ends_with(${x}, ${y})`),
    overload([BYTES, BYTES], BOOL, (x, y) => `bq_ends_bytes(${x}, ${y})`),
  ],
  CONTAINS_SUBSTR: (_values, call) => {
    throw notSupported('CONTAINS_SUBSTR', call.at);
  },
  STRPOS: [
    overload([STRING, STRING], INT64, (x, y) => `instr(${x}, ${y})`),
    overload([BYTES, BYTES], INT64, (x, y) => `bq_position_bytes(${x}, ${y})`),
  ],
  INSTR: [
    overload([STRING, STRING, INT64, INT64], INT64, (x, y, from = '1', nth = '1') => `bq_instr(${x}, ${y}, ${from}, ${nth})`, {
      optional: 2,
    }),
  ],
  REPLACE: [
    overload([STRING, STRING, STRING], STRING, (x, from, to) => `bq_replace(${x}, ${from}, ${to})`),
    overload([BYTES, BYTES, BYTES], BYTES, (x, from, to) => `bq_replace_bytes(${x}, ${from}, ${to})`),
  ],
  TRANSLATE: [overload([STRING, STRING, STRING], STRING, (x, from, to) => `bq_translate(${x}, ${from}, ${to})`)],
  REPEAT: [
    overload([STRING, INT64], STRING, (x, n) => `bq_repeat(${x}, ${n})`),
    overload([BYTES, INT64], BYTES, (x, n) => `bq_repeat_bytes(${x}, ${n})`),
  ],
  LEFT: [
    overload([STRING, INT64], STRING, (x, n) => `bq_left(${x}, ${n})`),
    overload([BYTES, INT64], BYTES, (x, n) => `bq_left_bytes(${x}, ${n})`),
  ],
  RIGHT: [
    overload([STRING, INT64], STRING, (x, n) => `bq_right(${x}, ${n})`),
    overload([BYTES, INT64], BYTES, (x, n) => `bq_right_bytes(${x}, ${n})`),
  ],
  LPAD: pad('left'),
  RPAD: pad('right'),
  SPLIT: [
    overload(
      [STRING, STRING],
      arrayOf(STRING),
      (x, y) => `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN ${x} = '' THEN [''] ELSE string_split(${x}, ${y}) END)`,
    ),
    overload([STRING], arrayOf(STRING), (x) => `string_split(${x}, ',')`),
  ],
  ASCII: [overload([STRING], INT64, (x) => `bq_ascii(${x})`)],
  UNICODE: [overload([STRING], INT64, (x) => `bq_unicode(${x})`)],
  CHR: [overload([INT64], STRING, (x) => `bq_chr(${x})`)],
  TO_CODE_POINTS: [
    overload([STRING], arrayOf(INT64), (x) => `CAST(CAST(bq_code_points(${x}) AS JSON) AS BIGINT[])`),
    overload([BYTES], arrayOf(INT64), (x) => `CAST(CAST(bq_code_points_bytes(${x}) AS JSON) AS BIGINT[])`),
  ],
  CODE_POINTS_TO_STRING: [overload([arrayOf(INT64)], STRING, (x) => `bq_from_code_points(CAST(to_json(${x}) AS VARCHAR))`)],
  CODE_POINTS_TO_BYTES: [overload([arrayOf(INT64)], BYTES, (x) => `bq_bytes_from_code_points(CAST(to_json(${x}) AS VARCHAR))`)],
  SOUNDEX: onText('bq_soundex'),
  NORMALIZE: normalize,
  TO_HEX: [overload([BYTES], STRING, (x) => `lower(hex(${x}))`)],
  FROM_HEX: [overload([STRING], BYTES, (x) => `bq_from_hex(${x})`)],
  TO_BASE64: [overload([BYTES], STRING, (x) => `to_base64(${x})`)],
  FROM_BASE64: [overload([STRING], BYTES, (x) => `bq_from_base64(${x})`)],
  TO_BASE32: [overload([BYTES], STRING, (x) => `bq_to_base32(${x})`)],
  FROM_BASE32: [overload([STRING], BYTES, (x) => `bq_from_base32(${x})`)],
  SAFE_CONVERT_BYTES_TO_STRING: [overload([BYTES], STRING, (x) => `bq_lossy_text(${x})`)],
  MD5: hash('bq_md5'),
  SHA1: hash('bq_sha1'),
  SHA256: hash('bq_sha256'),
  SHA512: hash('bq_sha512'),
  FARM_FINGERPRINT: [
    overload([STRING], INT64, (x) => `bq_fingerprint_text(${x})`),
    overload([BYTES], INT64, (x) => `bq_fingerprint_bytes(${x})`),
  ],
};
