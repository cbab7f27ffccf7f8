import { hash } from 'node:crypto';
import type { Column, RejectedRow, Row, Value } from '../ports/row.ts';
import type { TargetKey } from '../ports/sink.ts';
import { compileCanonical, writeValue } from './canonical.ts';

/** A row's key, or why it has none. */
export type KeyResult = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly rejected: RejectedRow };

/** `content`: the row's own, where it says more than the row's values (see `Page.contents`). */
export type KeyBuilder = (row: Row, ordinal: number | undefined, content?: string) => KeyResult;

const SAMPLE_LENGTH = 1000;
const SAMPLE_VALUE_LENGTH = 200;

/**
 * Compiles how a table's rows are named in the target (rule R7).
 *
 * - One key column: its value's text (bytes as base64).
 * - Several: their texts joined by `|`, with `%` and `|` inside a part written `%25` and `%7C`, so that no two keys meet.
 * - No key: the first 128 bits of SHA-256 over the canonical content, 22 characters base64url; the second and later of identical rows
 *   kept apart carry `#2`, `#3`, …. Rows that the source tells apart though their values are equal (0.0 and -0.0) give their own content.
 *
 * A NULL or empty key is rejected with reason `key-null` or `key-empty`: such a row cannot be told apart from the next.
 */
export function compileKey(key: TargetKey, columns: readonly Column[]): KeyBuilder {
  if (key.kind === 'content') {
    const canonical = compileCanonical(columns);
    return (row, ordinal, content) => {
      const name = contentHash(content ?? canonical(row));
      return { ok: true, key: key.ordinal && ordinal !== undefined && ordinal > 1 ? `${name}#${String(ordinal)}` : name };
    };
  }
  const [first, ...rest] = key.columns;
  if (first !== undefined && rest.length === 0) {
    return (row) => {
      const text = textOf(row[first]);
      if (text === undefined) return reject(row, 'key-null', `key column "${first}" is NULL`);
      if (text === '') return reject(row, 'key-empty', `key column "${first}" is empty`);
      return { ok: true, key: text };
    };
  }
  return (row) => {
    let joined = '';
    for (const column of key.columns) {
      const text = textOf(row[column]);
      if (text === undefined) return reject(row, 'key-null', `key column "${column}" is NULL`);
      joined += (joined === '' && column === first ? '' : '|') + escapePart(text);
    }
    return { ok: true, key: joined };
  };
}

/** Of 128 bits 126 fill 21 characters of base64url, the last two begin another: of its six bits only these count. */
const LAST_CHARACTERS = 'AQgw';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The whole hash is asked for as text, since a buffer in between costs more than the hash. */
function contentHash(text: string): string {
  const whole = hash('sha256', text, 'base64url');
  return whole.slice(0, 21) + (LAST_CHARACTERS[BASE64URL.indexOf(whole.charAt(21)) >> 4] ?? '');
}

/** At most 1,000 characters of a row, for quarantine: long texts are cut before the row is. Does not rely on JSON, which some hosts change for BigInt. */
export function sampleOf(row: Row): string {
  const cut = Object.entries(row).map(([name, value]): [string, Value] => {
    return [name, typeof value === 'string' && value.length > SAMPLE_VALUE_LENGTH ? `${value.slice(0, SAMPLE_VALUE_LENGTH)}…` : value];
  });
  const text = writeValue(Object.fromEntries(cut));
  return text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH - 1)}…` : text;
}

function reject(row: Row, reason: string, message: string): KeyResult {
  return { ok: false, rejected: { key: undefined, reason, message, sample: sampleOf(row) } };
}

function textOf(value: Value | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (typeof value === 'object') return writeValue(value);
  return String(value);
}

function escapePart(text: string): string {
  return text.includes('|') || text.includes('%') ? text.replaceAll('%', '%25').replaceAll('|', '%7C') : text;
}
