import type { Column, Value } from '@bqsync/core';
import { type RecordBatch, RecordBatchStreamWriter, tableFromArrays, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInt64, decodeNumeric } from '../decode-number.ts';
import { decodeDate, timestampDecoder } from '../decode-time.ts';
import { compileBatchDecoder, OtherSchema } from './decoder.ts';
import { decimalsDecoder, decodeBools, decodeInt64s } from './numbers.ts';
import { decodeDates, decodeTimes, timestampsDecoder } from './times.ts';
import { CorruptBatch, type Faults, type Vector } from './vector.ts';

const column = (name: string, type: Column['type']): Column => ({ name, type, repeated: false, required: false });
const int64s = (values: readonly bigint[]): Vector => ({ length: values.length, nullCount: 0, values: BigInt64Array.from(values) });

const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;
const instants = fc.array(
  fc.oneof(
    fc.bigInt({ min: FIRST, max: LAST }),
    fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }),
    fc.constantFrom(FIRST, LAST, 0n, -1n, 2n ** 53n, -(2n ** 53n)),
  ),
  { minLength: 1 },
);

describe('a column is read as over REST:', () => {
  it('timestamps of any year', () => {
    fc.assert(
      fc.property(instants, (values) => {
        const rest = timestampDecoder();
        const faults: Faults = new Map();
        expect(timestampsDecoder('Z')(int64s(values), faults)).toEqual(values.map((value) => rest(String(value))));
        expect(timestampsDecoder('')(int64s(values), faults)).toEqual(values.map((value) => rest(String(value)).slice(0, -1)));
        expect(faults.size).toBe(0);
      }),
    );
  });

  it('dates and times, and what is neither is a fault of its row', () => {
    const faults: Faults = new Map();
    const days: Vector = { length: 4, nullCount: 0, values: Int32Array.from([-719_162, 0, 2_932_896, 2_932_897]) };
    expect(decodeDates(days, faults).slice(0, 3)).toEqual(['0001-01-01', '1970-01-01', '9999-12-31'].map(decodeDate));
    expect(decodeTimes(int64s([0n, 86_399_999_999n]), faults)).toEqual(['00:00:00.000000', '23:59:59.999999']);
    expect([...faults.keys()]).toEqual([3]);
    for (const wrong of [-1n, 86_400_000_000n, 10n ** 16n, LAST + 1n, -(2n ** 63n)]) {
      const own: Faults = new Map();
      decodeTimes(int64s([wrong]), own);
      expect(own.has(0), `TIME ${wrong}`).toBe(true);
    }
    for (const wrong of [FIRST - 1n, LAST + 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
      const own: Faults = new Map();
      timestampsDecoder('Z')(int64s([wrong]), own);
      expect(own.has(0), `TIMESTAMP ${wrong}`).toBe(true);
    }
  });

  it('integers, exact at the ends of a double and beyond', () => {
    const whole = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 1n - 2n ** 53n),
    );
    fc.assert(
      fc.property(fc.array(whole), (values) => {
        expect(decodeInt64s(int64s(values))).toEqual(values.map((value) => decodeInt64(String(value))));
      }),
    );
  });

  it.each([
    [128, 9],
    [256, 38],
    [128, 0],
  ])('decimals of %i bits with %i digits behind the point', (bits, scale) => {
    const limit = 2n ** BigInt(bits - 1) - 1n;
    const unscaled = fc.oneof(fc.bigInt({ min: -limit - 1n, max: limit }), fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }));
    fc.assert(
      fc.property(fc.array(unscaled), (values) => {
        const words = BigInt64Array.from(
          values.flatMap((value) => Array.from({ length: bits / 64 }, (_, i) => BigInt.asIntN(64, value >> BigInt(64 * i)))),
        );
        const texts = decimalsDecoder(bits, scale)({ length: values.length, nullCount: 0, values: words });
        expect(texts).toEqual(values.map((value) => decodeNumeric(`${value}e-${scale}`)));
      }),
    );
  });

  it('NULLs by their bits, wherever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.boolean())), (values) => {
        const bits = (of: (value: boolean | null) => boolean): Uint8Array => {
          const bytes = new Uint8Array(Math.ceil(values.length / 8));
          for (const [at, value] of values.entries()) if (of(value)) bytes[at >> 3]! |= 1 << (at & 7);
          return bytes;
        };
        const nullCount = values.filter((value) => value === null).length;
        expect(
          decodeBools({
            length: values.length,
            nullCount,
            validity: bits((value) => value !== null),
            values: bits((value) => value === true),
          }),
        ).toEqual(values);
      }),
    );
  });
});

/** The messages of a table of apache-arrow, which is another hand than the one that reads them. */
function messagesOf(arrays: Parameters<typeof tableFromArrays>[0]): { schema: Uint8Array; batch: Uint8Array; objects: unknown[] } {
  const table = tableFromArrays(arrays);
  const batch = table.batches[0] as RecordBatch;
  const ipc = RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
  const end = 8 + new DataView(ipc.buffer, ipc.byteOffset).getInt32(4, true);
  const objects = tableFromIPC(ipc)
    .toArray()
    .map((row: { toJSON(): unknown }) => row.toJSON());
  return { schema: ipc.slice(0, end), batch: ipc.slice(end), objects };
}

describe('a record batch', () => {
  const COLUMNS = [column('f', 'FLOAT64'), column('n', 'INT64')];
  const { schema, batch, objects } = messagesOf({
    f: Float64Array.from([0.5, -0, Number.NaN]),
    n: BigInt64Array.from([1n, -1n, 2n ** 60n]),
  });

  it('is rows, wherever in its message it lies', () => {
    const wanted = objects.map((row) =>
      Object.fromEntries(
        Object.entries(row as Record<string, Value>).map(([name, value]) => [
          name,
          typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
        ]),
      ),
    );
    const decode = compileBatchDecoder(schema, COLUMNS, undefined);
    for (const shift of [0, 1, 3, 8]) {
      const moved = new Uint8Array(batch.length + shift).fill(7);
      moved.set(batch, shift);
      const { rows, rejected, ordinals } = decode(moved.subarray(shift), 3);
      expect([rows, rejected.size, ordinals]).toEqual([wanted, 0, undefined]);
    }
    expect(compileBatchDecoder(schema, COLUMNS.toReversed(), undefined)(batch, 3).rows.map((row) => Object.keys(row ?? {}).join())).toEqual(
      ['n,f', 'n,f', 'n,f'],
    );
  });

  it.each([
    ['fewer columns', [column('f', 'FLOAT64')]],
    ['another name', [column('f', 'FLOAT64'), column('m', 'INT64')]],
    ['another type', [column('f', 'FLOAT64'), column('n', 'STRING')]],
  ])('of %s than described is of another schema', (_, columns) => {
    expect(() => compileBatchDecoder(schema, columns, undefined)).toThrow(OtherSchema);
  });

  it('that is damaged is called corrupt, or gives as many rows as it says: nothing else is thrown', () => {
    const decode = compileBatchDecoder(schema, COLUMNS, undefined);
    expect(() => decode(batch, 2)).toThrow(CorruptBatch);
    fc.assert(
      fc.property(fc.nat(batch.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(batch.length), (at, change, end) => {
        const damaged = new Uint8Array(batch);
        damaged[at]! ^= change;
        for (const bytes of [damaged, batch.slice(0, end)]) {
          try {
            expect(decode(bytes, 3).rows).toHaveLength(3);
          } catch (error) {
            if (!(error instanceof CorruptBatch)) throw error;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
