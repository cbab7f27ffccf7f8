import { TABLES } from '@bqsync/synthesizer';
import { describe, expect, it } from 'vitest';
import { canonicalRows, toMicrosText } from './canonical.ts';
import { compareRows, isExact, RowSet } from './compare.ts';

const table = TABLES.port_events;
const toRow = canonicalRows(table.columns, table.primaryKey, { allowed: ['_syncedAt'] });
const row = (id: string, changes: Record<string, unknown> = {}) => ({
  event_time: '2026-08-01T10:00:00.123456Z',
  event_id: id,
  port_id: 'NLRTM',
  port_name: 'Rotterdam',
  vessel_mmsi: '244123456',
  event_type: 'ARRIVAL',
  status: null,
  latitude: 51.9496,
  longitude: 4.1453,
  ...changes,
});
function rowSet(...rows: Record<string, unknown>[]): RowSet {
  const set = new RowSet();
  for (const each of rows) set.add(toRow(each));
  return set;
}
const compare = (expected: RowSet, actual: RowSet) => compareRows(table.columns, expected, actual);

describe('the comparison of rows', () => {
  it('finds equal rows equal in any order and with the fields that bqsync adds', () => {
    const result = compare(rowSet(row('a'), row('b')), rowSet(row('b', { _syncedAt: '2026-08-01T00:00:00Z' }), row('a')));
    expect(result).toMatchObject({ missing: 0, extra: 0, different: 0 });
    expect(isExact(result)).toBe(true);
  });

  it('finds what --tamper does: one row deleted, one field altered, one row added', () => {
    const result = compare(rowSet(row('a'), row('b'), row('c')), rowSet(row('b', { latitude: 51.9497 }), row('c'), row('d')));
    expect(result).toMatchObject({ missing: 1, extra: 1, different: 1 });
    expect(result.examples).toEqual(['missing a', 'different b in latitude', 'extra d']);
    expect(isExact(result)).toBe(false);
  });

  it.each([
    ['a microsecond', { event_time: '2026-08-01T10:00:00.123457Z' }],
    ['microseconds cut off', { event_time: '2026-08-01T10:00:00.123Z' }],
    ['a number as text', { latitude: '51.9496' }],
    ['NULL as text', { status: '' }],
    ['a value where NULL belongs', { status: 'moored' }],
    ['a field that is not there', { port_name: undefined }],
    ['a field too many', { surprise: 1 }],
  ])('sees %s', (_, change) => {
    expect(compare(rowSet(row('a')), rowSet(row('a', change)))).toMatchObject({ missing: 0, extra: 0, different: 1 });
  });

  it('counts a row that is there twice as extra, and one that is not there twice as missing', () => {
    expect(compare(rowSet(row('a')), rowSet(row('a'), row('a')))).toMatchObject({ missing: 0, extra: 1, different: 0 });
    expect(compare(rowSet(row('a'), row('a')), rowSet(row('a')))).toMatchObject({ missing: 1, extra: 0, different: 0 });
    expect(compare(rowSet(row('a'), row('a')), rowSet(row('a'), row('a')))).toMatchObject({ missing: 0, extra: 0, different: 0 });
  });

  it('wants six fractional digits of a side that must show them', () => {
    const strict = canonicalRows(table.columns, table.primaryKey, { exactInstants: true });
    for (const [text, different] of [
      ['2026-08-01T10:00:00.120000Z', 0],
      ['2026-08-01T10:00:00.120Z', 1],
    ] as const) {
      const set = new RowSet();
      set.add(strict(row('a', { event_time: text })));
      expect(compare(rowSet(row('a', { event_time: '2026-08-01T10:00:00.120Z' })), set).different).toBe(different);
    }
  });

  it('takes an absent field for NULL', () => {
    expect(isExact(compare(rowSet(row('a')), rowSet(row('a', { status: undefined }))))).toBe(true);
  });

  it('keeps NULL apart from every text', () => {
    for (const text of ['', 'null', '␀']) {
      expect(compare(rowSet(row('a')), rowSet(row('a', { status: text }))).different, text).toBe(1);
    }
  });
});

describe('an instant', () => {
  it('has six fractional digits, whoever wrote it', () => {
    expect(toMicrosText('2026-08-01T10:00:00Z')).toBe('2026-08-01T10:00:00.000000Z');
    expect(toMicrosText('2026-08-01T10:00:00.120Z')).toBe('2026-08-01T10:00:00.120000Z');
    expect(toMicrosText('2026-08-01T10:00:00.123456000Z')).toBe('2026-08-01T10:00:00.123456Z');
  });

  it('finer than a microsecond, or of no zone, is none', () => {
    expect(toMicrosText('2026-08-01T10:00:00.123456789Z')).toBeUndefined();
    expect(toMicrosText('2026-08-01T10:00:00')).toBeUndefined();
  });
});
