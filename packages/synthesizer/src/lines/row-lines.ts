import type { TableDefinition } from '../tables/definitions.ts';
import type { Row } from '../writers/row-writer.ts';
import { putAscii, putPiece, putSixDecimals, putWhole } from './put.ts';
import { utf8 } from './utf8.ts';

/** Longer text is left to JSON.stringify, so that the room that a line needs is known before it is written. */
const LONGEST_TEXT = 200;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const TILDE = 126;
const END = utf8('}\n');
const NOT_PLAIN = -1;

interface Field {
  readonly name: string;
  /** What stands before the value. */
  readonly opening: Uint8Array;
}

/**
 * Writes rows of one table as NDJSON, byte for byte as JSON.stringify does. Rows that hold plain text, numbers, booleans and NULL in
 * the order of the columns, as all that are made here do, are written field by field; any other row is left to JSON.stringify.
 */
export class RowLines {
  readonly #table: TableDefinition;
  readonly #tagged: boolean;
  readonly #fields: readonly Field[];
  /** No line that is written here is longer. */
  readonly #room: number;

  /** `tagged`: each row carries the name of its table in `table`, before all else. */
  constructor(table: TableDefinition, tagged: boolean) {
    this.#table = table;
    this.#tagged = tagged;
    const first = tagged ? `{"table":${JSON.stringify(table.name)},` : '{';
    this.#fields = table.columns.map(({ name }, i) => ({ name, opening: utf8(`${i === 0 ? first : ','}${JSON.stringify(name)}:`) }));
    this.#room = this.#fields.reduce((sum, { opening }) => sum + opening.length + LONGEST_TEXT + 2, END.length);
  }

  lines(rows: readonly Row[]): Uint8Array {
    // More than the usual line of positions has.
    let bytes: Uint8Array = new Uint8Array(rows.length * 512);
    let length = 0;
    for (const row of rows) {
      if (bytes.length - length < this.#room) bytes = withRoom(bytes, this.#room);
      const end = this.#putPlain(bytes, length, row);
      if (end === NOT_PLAIN) {
        const text = utf8(`${JSON.stringify(this.#tagged ? { table: this.#table.name, ...row } : row)}\n`);
        if (bytes.length - length < text.length) bytes = withRoom(bytes, text.length);
        length = putPiece(bytes, length, text);
      } else length = end;
    }
    return bytes.subarray(0, length);
  }

  /** Writes a row if it is a plain one. */
  #putPlain(bytes: Uint8Array, start: number, row: Row): number {
    if (Object.getPrototypeOf(row) !== Object.prototype) return NOT_PLAIN;
    const fields = row as Readonly<Record<string, unknown>>;
    let at = start;
    let column = 0;
    // for…in, since it goes over the fields of objects of one shape without looking each up by its name.
    for (const name in fields) {
      const field = this.#fields[column++];
      if (field === undefined || field.name !== name) return NOT_PLAIN;
      at = putPiece(bytes, at, field.opening);
      const value = fields[name];
      if (typeof value === 'string') {
        if (!isPlain(value)) return NOT_PLAIN;
        bytes[at] = QUOTE;
        at = putAscii(bytes, at + 1, value);
        bytes[at++] = QUOTE;
      } else if (typeof value === 'number') at = putNumber(bytes, at, value);
      else if (value === null || typeof value === 'boolean') at = putAscii(bytes, at, String(value));
      else return NOT_PLAIN;
    }
    return column === 0 ? NOT_PLAIN : putPiece(bytes, at, END);
  }
}

function withRoom(bytes: Uint8Array, size: number): Uint8Array {
  const grown = new Uint8Array(2 * bytes.length + size);
  grown.set(bytes);
  return grown;
}

/** Whether text needs no escape, and is short. */
function isPlain(text: string): boolean {
  if (text.length > LONGEST_TEXT) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return false;
  }
  return true;
}

function putNumber(bytes: Uint8Array, at: number, value: number): number {
  const size = Math.abs(value);
  if (size < 1000) {
    if (Number.isInteger(value) && value >= 0) return putWhole(bytes, at, value);
    // A number that is a decimal of so few digits is printed as it, since no shorter one is the same number.
    if (Math.round(size * 1e6) / 1e6 === size) return putSixDecimals(bytes, at, value);
  }
  return putAscii(bytes, at, Number.isFinite(value) ? String(value) : 'null');
}
