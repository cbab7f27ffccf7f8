import type { Column, RejectedRow, Row, Value } from '@bqsync/core';
import { type Batch, type Field, tableFromIPC } from '@uwdata/flechette';
import type { Decoded } from '../decoder.ts';
import { exactContent } from '../exact-content.ts';
import { compileColumn } from './columns.ts';
import { checkedMessage } from './framing.ts';
import { rowBuilder } from './row-builder.ts';
import { CorruptBatch, type Faults, type Vector, type VectorDecoder } from './vector.ts';

const MAX_SAMPLE = 1000;

/** Decodes one record batch of a read session, which must have as many rows as its message says. */
export type BatchDecoder = (batch: Uint8Array, rowCount: number) => Decoded;

/** The columns come in other types than described: the table has changed. */
export class OtherSchema extends Error {}

/**
 * Compiles the schema of a read session, Arrow IPC, to one decoder per column. `ordinal` names one more column, which holds the rows'
 * ordinals. A value that cannot be used rejects its row alone.
 *
 * Both the schema and the batches may throw {@link CorruptBatch}; the schema also {@link OtherSchema}.
 */
export function compileBatchDecoder(schema: Uint8Array, columns: readonly Column[], ordinal: string | undefined): BatchDecoder {
  const { fields } = framed(() => tableFromIPC(schema)).schema;
  const all: readonly Column[] =
    ordinal === undefined ? columns : [...columns, { name: ordinal, type: 'INT64', repeated: false, required: false }];
  if (fields.length !== all.length) throw new OtherSchema(`there are ${fields.length} columns instead of ${all.length}`);
  const compiled = all.map((column) => compiledColumn(fields, column));
  const rowsOf = rowBuilder(columns.map(({ name }) => name));
  const exact = ordinal === undefined ? undefined : exactContent(columns);
  const texts = (exact?.texts ?? []).map((column) => compiledColumn(fields, column));
  const textsOf = rowBuilder(texts.map(({ name }) => name));

  return (batch, rowCount) => {
    const table = framed(() => tableFromIPC([schema, aligned(checkedMessage(batch))]));
    if (table.numRows !== rowCount) throw new CorruptBatch(`a batch has ${table.numRows} rows instead of ${rowCount}`);
    const faults: Faults = new Map();
    const values = compiled.map(({ name, at, decode }) => {
      const own: Faults = new Map();
      const found = decode(vectorOf(table.getChildAt(at).data, rowCount), own);
      for (const [row, message] of own) if (!faults.has(row)) faults.set(row, `column ${name}: ${message}`);
      return found;
    });
    const ordinals = ordinal === undefined ? undefined : (values.pop() ?? []).map((value) => ordinalOf(value));
    const rows: (Row | undefined)[] = rowsOf(values, rowCount);
    const rejected = new Map<number, RejectedRow>();
    for (const [at, message] of faults) {
      rejected.set(at, { key: undefined, reason: 'decode', message, sample: sampleOf(rows[at] ?? {}) });
      rows[at] = undefined;
    }
    const contents = new Map<number, string>();
    if (exact !== undefined) {
      const read = texts.map(({ at, decode }) => decode(vectorOf(table.getChildAt(at).data, rowCount), new Map()));
      for (const [at, text] of textsOf(read, rowCount).entries()) {
        const row = rows[at];
        const content = row && exact.contentOf(row, text);
        if (content !== undefined) contents.set(at, content);
      }
    }
    return { rows, rejected, ordinals, ...(contents.size > 0 ? { contents } : {}) };
  };
}

interface CompiledColumn {
  readonly name: string;
  readonly at: number;
  readonly decode: VectorDecoder;
}

function compiledColumn(fields: readonly Field[], column: Column): CompiledColumn {
  const at = fields.findIndex(({ name }) => name === column.name);
  const type = fields[at]?.type;
  const decode = type && compileColumn(column, type);
  if (decode === undefined) throw new OtherSchema(`column ${column.name} is ${type === undefined ? 'missing' : `no ${column.type}`}`);
  return { name: column.name, at, decode };
}

/** What the framing cannot make sense of is corrupt, whatever it throws. */
function framed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CorruptBatch(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Buffers of a batch lie at multiples of 8 bytes of it, but the batch lies anywhere in its message. */
function aligned(batch: Uint8Array): Uint8Array {
  return batch.byteOffset % 8 === 0 ? batch : new Uint8Array(batch);
}

function vectorOf(data: readonly Batch<unknown>[], rowCount: number): Vector {
  const [batch] = data;
  if (rowCount === 0) return { length: 0, nullCount: 0, values: new Uint8Array(0), children: batch?.children };
  if (batch === undefined || data.length > 1 || batch.length !== rowCount)
    throw new CorruptBatch('a column has another length than its batch');
  return batch;
}

function ordinalOf(value: Value): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new CorruptBatch('an ordinal is not a positive number');
}

/** What the row looked like, for a person. What could not be decoded shows as NULL. */
function sampleOf(row: Row): string {
  let sample = '';
  for (const [name, value] of Object.entries(row)) {
    if (sample.length >= MAX_SAMPLE) break;
    sample += `${sample === '' ? '' : ', '}${name}=${shown(value)}`;
  }
  return sample.slice(0, MAX_SAMPLE);
}

function shown(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200));
  if (Array.isArray(value)) return '[…]';
  return typeof value === 'object' ? '{…}' : JSON.stringify(String(value));
}
