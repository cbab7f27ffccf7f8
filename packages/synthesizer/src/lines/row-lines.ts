import type { TableDefinition } from '../tables/definitions.ts';
import type { Row } from '../writers/row-writer.ts';
import { LineBuffer } from './line-buffer.ts';
import { utf8 } from './utf8.ts';

/** Longer text is left to JSON.stringify, so that the room that a line needs is known before it is written. */
const LONGEST_TEXT = 200;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const TILDE = 126;
const QUOTED = utf8('"');
const END = utf8('}\n');

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
    // Twice a usual line of positions: seldom too little, and what is not used is given back soon.
    const line = new LineBuffer(rows.length * 512);
    for (const row of rows) {
      line.reserve(this.#room);
      const start = line.length;
      if (this.#plain(line, row)) continue;
      line.length = start;
      const text = utf8(`${JSON.stringify(this.#tagged ? { table: this.#table.name, ...row } : row)}\n`);
      line.reserve(text.length);
      line.piece(text);
    }
    return line.bytes.subarray(0, line.length);
  }

  /** Writes a row if it is a plain one; if not, what was written of it is to be dropped. */
  #plain(line: LineBuffer, row: Row): boolean {
    if (Object.getPrototypeOf(row) !== Object.prototype) return false;
    const fields = row as Readonly<Record<string, unknown>>;
    let column = 0;
    // for…in, since it goes over the fields of objects of one shape without looking each up by its name.
    for (const name in fields) {
      const field = this.#fields[column++];
      if (field === undefined || field.name !== name) return false;
      line.piece(field.opening);
      const value = fields[name];
      if (typeof value === 'string') {
        if (!putText(line, value)) return false;
      } else if (typeof value === 'number') putNumber(line, value);
      else if (value === null || typeof value === 'boolean') line.ascii(String(value));
      else return false;
    }
    line.piece(END);
    return column > 0;
  }
}

/** Writes text that needs no escape, and is short; says whether it was. */
function putText(line: LineBuffer, text: string): boolean {
  if (text.length > LONGEST_TEXT) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return false;
  }
  line.piece(QUOTED);
  line.ascii(text);
  line.piece(QUOTED);
  return true;
}

function putNumber(line: LineBuffer, value: number): void {
  const size = Math.abs(value);
  if (size < 1000) {
    if (Number.isInteger(value) && value >= 0) return line.whole(value);
    // A number that is a decimal of so few digits is printed as it, since no shorter one is the same number.
    if (Math.round(size * 1e6) / 1e6 === size && size !== 0) return line.sixDecimals(value);
  }
  line.ascii(Number.isFinite(value) ? String(value) : 'null');
}
