const RECORD_BATCH = 3;
const CONTINUATION = -1;

/**
 * The one message of a record batch, as far as it reaches, once its counts and places are known to lie within it: a damaged count would make
 * the reader of the framing allocate until the process dies. Throws a RangeError otherwise.
 * https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 */
export function checkedMessage(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const prefix = view.getInt32(0, true) === CONTINUATION ? 4 : 0;
  const start = prefix + 4;
  const end = start + view.getInt32(prefix, true);
  if (end < start || end > bytes.length) throw new RangeError('the metadata of a batch reach past its end');
  const message = follow(view, start);
  const type = fieldAt(view, message, 6);
  const header = fieldAt(view, message, 8);
  const length = fieldAt(view, message, 10);
  if (type === undefined || view.getUint8(type) !== RECORD_BATCH || header === undefined)
    throw new RangeError('a message is no record batch');
  const bodyLength = length === undefined ? 0 : Number(view.getBigInt64(length, true));
  if (bodyLength < 0 || end + bodyLength > bytes.length) throw new RangeError('the body of a batch reaches past its end');
  const batch = follow(view, header);
  if (fieldAt(view, batch, 10) !== undefined) throw new RangeError('a batch is compressed, which was not asked for');
  vectorAt(view, batch, 6, 16, end);
  vectorAt(view, batch, 12, 8, end);
  const buffers = vectorAt(view, batch, 8, 16, end);
  for (let at = buffers.from; at < buffers.to; at += 16) {
    const offset = Number(view.getBigInt64(at, true));
    const size = Number(view.getBigInt64(at + 8, true));
    if (offset < 0 || size < 0 || offset + size > bodyLength) throw new RangeError('a buffer lies outside of its batch');
  }
  return bytes.subarray(0, end + bodyLength);
}

function follow(view: DataView, at: number): number {
  return at + view.getUint32(at, true);
}

/** Where a field of a flatbuffers table is; undefined if it has its default. */
function fieldAt(view: DataView, table: number, slot: number): number | undefined {
  const fields = table - view.getInt32(table, true);
  const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0;
  return offset === 0 ? undefined : table + offset;
}

function vectorAt(view: DataView, table: number, slot: number, size: number, end: number): { readonly from: number; readonly to: number } {
  const at = fieldAt(view, table, slot);
  if (at === undefined) return { from: 0, to: 0 };
  const start = follow(view, at);
  const from = start + 4;
  const to = from + view.getUint32(start, true) * size;
  if (to > end) throw new RangeError('a list of a batch reaches past its metadata');
  return { from, to };
}
