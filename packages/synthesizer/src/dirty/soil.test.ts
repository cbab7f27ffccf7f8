import { describe, expect, it } from 'vitest';
import type { TableName, VesselPositionRow } from '../data/rows.ts';
import { buildScenario } from '../scenario/build-scenario.ts';
import { TABLES } from '../tables/definitions.ts';
import { toMicros } from '../time/micros.ts';
import { keyOf } from '../writers/row-writer.ts';
import { type Defect, type DirtyOptions, soil } from './soil.ts';

const data = buildScenario({ scenario: 'realistic', seed: 6, end: '2026-08-01' });
const clean = [...data.rows('vessel_positions')];

function soiled<T extends TableName>(table: T, options: DirtyOptions) {
  const defects: Defect[] = [];
  const result = soil(table, data, options, (defect) => defects.push(defect));
  const rows = [...result.rows];
  return {
    rows,
    late: [...result.late],
    defects,
    keys: (kind: Defect['kind']) => defects.filter((defect) => defect.kind === kind).map(({ key }) => key),
  };
}
const keyed = (rows: readonly VesselPositionRow[]) => rows.map((row) => keyOf(TABLES.vessel_positions, row));

describe('dirty data', () => {
  it('is clean without options', () => {
    expect(soiled('vessel_positions', {})).toMatchObject({ rows: clean, late: [], defects: [] });
  });

  it('gives late rows after the others, and only those it names', () => {
    const { rows, late, keys } = soiled('vessel_positions', { late: 0.03 });
    expect(keyed(late)).toEqual(keys('late'));
    expect(late.length).toBeGreaterThan(200);
    expect(late.length).toBeLessThan(400);
    expect([...rows, ...late].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))).toEqual(clean);
  });

  it('doubles the rows it names', () => {
    const { rows, keys } = soiled('vessel_positions', { duplicates: 0.02 });
    const named = new Set(keys('duplicate'));
    expect(named.size).toBeGreaterThan(100);
    expect(rows).toEqual(clean.flatMap((row) => (named.has(keyOf(TABLES.vessel_positions, row)) ? [row, row] : [row])));
  });

  it('ties groups of different vessels on one microsecond, each where it is then', () => {
    const { rows, defects } = soiled('vessel_positions', { ties: { share: 0.2, rows: 50 } });
    const groups = new Map<string, VesselPositionRow[]>();
    for (const row of rows) groups.set(row.timestamp, [...(groups.get(row.timestamp) ?? []), row]);
    const ties = [...groups.values()].filter((group) => group.length > 1);
    expect(ties.length).toBeGreaterThan(15);
    for (const group of ties) {
      // The range may end in the middle of the last group.
      if (group !== ties.at(-1)) expect(group).toHaveLength(50);
      expect(new Set(group.map(({ mmsi }) => mmsi)).size).toBe(group.length);
    }
    expect(rows).toHaveLength(clean.length);
    expect(new Set(keyed(rows)).size).toBe(rows.length);
    expect(defects.length).toBe(ties.reduce((sum, group) => sum + group.length, 0));
    const moved = ties[0]![20]!;
    const index = Array.from({ length: 100 }, (_, i) => i).find((i) => data.fleet.vessel(i).mmsi === moved.mmsi)!;
    expect(moved.latitude).toBe(data.fleet.stateAt(index, toMicros(moved.timestamp)).latitude);
  });

  it('leaves gaps of time and names the rows that are missing', () => {
    const { rows, keys } = soiled('vessel_positions', { gaps: { share: 0.1, seconds: 900 } });
    const missing = new Set(keys('gap'));
    expect(rows).toEqual(clean.filter((row) => !missing.has(keyOf(TABLES.vessel_positions, row))));
    const stretches = new Set([...missing].map((key) => Math.floor(toMicros(key.split('/')[1]!) / 900e6)));
    expect(stretches.size).toBeGreaterThan(2);
    for (const row of rows) expect(stretches.has(Math.floor(toMicros(row.timestamp) / 900e6))).toBe(false);
  });

  it.each(['vessel_positions', 'port_events', 'vessel_metadata'] as const)('puts NULLs into %s where it says', (table) => {
    const { rows, defects } = soiled(table, { nulls: 0.3 });
    const columns = new Map(defects.map(({ key, detail }) => [key, detail]));
    const original = [...data.rows(table)];
    expect(rows).toEqual(
      original.map((row) => {
        const column = columns.get(keyOf(TABLES[table], row));
        return column === undefined ? row : { ...row, [column]: null };
      }),
    );
    expect(columns.size / rows.length).toBeGreaterThan(0.15);
  });

  it('sets heading 511 where it says', () => {
    const { rows, keys } = soiled('vessel_positions', { sentinels: 0.05 });
    expect(keyed(rows.filter(({ heading }) => heading === 511))).toEqual(keys('sentinel'));
    expect(keys('sentinel').length).toBeGreaterThan(300);
  });

  it('is the same every time', () => {
    const options = {
      late: 0.1,
      duplicates: 0.1,
      nulls: 0.1,
      sentinels: 0.1,
      ties: { share: 0.1, rows: 5 },
      gaps: { share: 0.1, seconds: 60 },
    };
    expect(soiled('vessel_positions', options).defects).toEqual(soiled('vessel_positions', options).defects);
  });

  it.each([
    { late: 1.5 },
    { nulls: -0.1 },
    { ties: { share: 0.1, rows: 1 } },
    { ties: { share: 0.1, rows: 101 } },
    { gaps: { share: 0.1, seconds: 0 } },
  ])('refuses %o', (options) => {
    expect(() => soiled('vessel_positions', options)).toThrow(expect.objectContaining({ code: 'BQS_CONFIG_INVALID' }));
  });
});
