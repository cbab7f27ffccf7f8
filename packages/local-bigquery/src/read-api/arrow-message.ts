import { type Batch, Column, Endianness, type Field as ArrowField, Table, tableToIPC, Version } from '@uwdata/flechette';

/** The bytes that end an IPC stream: a continuation mark and an empty message. */
const END = 8;

/** The schema as one encapsulated IPC message. */
export function schemaMessage(fields: readonly ArrowField[]): Uint8Array {
  const stream = encode(fields, []);
  return stream.subarray(0, firstMessage(stream));
}

/** One record batch as one encapsulated IPC message, without its schema. */
export function batchMessage(fields: readonly ArrowField[], columns: readonly Batch<unknown>[]): Uint8Array {
  const stream = encode(fields, columns);
  return stream.subarray(firstMessage(stream), stream.length - END);
}

function encode(fields: readonly ArrowField[], columns: readonly Batch<unknown>[]): Uint8Array {
  const schema = { version: Version.V5, endianness: Endianness.Little, fields: [...fields], metadata: null };
  const children = fields.map(({ type }, index) => {
    const column = columns[index];
    return new Column(column ? [column] : [], type);
  });
  const bytes = tableToIPC(new Table(schema, children), { format: 'stream' });
  if (!bytes) throw new TypeError('an IPC stream that is written to memory has bytes');
  return bytes;
}

/** Where the first message ends; a schema has no body. */
function firstMessage(stream: Uint8Array): number {
  return 8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
}
