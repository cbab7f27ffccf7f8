import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '../data/rows.ts';
import { portEvents } from '../data/port-events.ts';
import { positions } from '../data/positions.ts';
import { DAY, isoMicros, toMicros } from '../time/micros.ts';
import { buildScenario } from './build-scenario.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

/** Cheaper than to compare 100,000 rows one by one. */
function digest(rows: Iterable<unknown>): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(JSON.stringify(row));
  return hash.digest('hex');
}

const END = '2026-08-01T12:00:00Z';
const NAMES = Object.keys(scenarios) as ScenarioName[];

describe.each(NAMES)('the scenario %s', (name) => {
  it.each([1, 2, 'harbour', 99])('has exactly its counts, inside its time, with seed %s', (seed) => {
    const data = buildScenario({ scenario: name, seed, end: END });
    const rows = Object.fromEntries(TABLE_NAMES.map((table) => [table, [...data.rows(table)].length]));
    expect(rows).toEqual(scenarios[name].counts);
    const from = isoMicros(toMicros(END) - scenarios[name].duration);
    const times = [
      ...Array.from(data.rows('vessel_positions'), ({ timestamp }) => timestamp),
      ...Array.from(data.rows('port_events'), ({ event_time }) => event_time),
    ].sort();
    expect([times[0]! >= from, times.at(-1)! < isoMicros(toMicros(END))]).toEqual([true, true]);
  });

  it('has every row of every table once, and each names a vessel of the metadata', () => {
    const data = buildScenario({ scenario: name, seed: 5, end: END });
    const metadata = [...data.rows('vessel_metadata')];
    const fleet = new Map(metadata.map((row) => [row.mmsi, row]));
    expect(fleet.size).toBe(metadata.length);
    const keys = new Set<string>();
    for (const row of data.rows('vessel_positions')) {
      keys.add(`${row.mmsi} ${row.timestamp}`);
      const vessel = fleet.get(row.mmsi);
      const same = (['imo', 'vessel_name', 'vessel_type', 'flag', 'length', 'beam'] as const).every(
        (column) => vessel?.[column] === row[column],
      );
      if (!same || row.draft === null || row.draft > (vessel?.draft ?? 0))
        expect.fail(`${JSON.stringify(row)} is not ${JSON.stringify(vessel)}`);
    }
    expect(keys.size).toBe(scenarios[name].counts.vessel_positions);
    const events = [...data.rows('port_events')];
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
    for (const { vessel_mmsi } of events) expect(fleet.has(vessel_mmsi)).toBe(true);
  });

  it('is the same again, and another with another seed or end', () => {
    const read = (seed: number, end: string) => [...buildScenario({ scenario: name, seed, end }).rows('port_events')];
    expect(read(3, END)).toEqual(read(3, END));
    expect(read(4, END)).not.toEqual(read(3, END));
    expect(read(3, '2026-08-09T12:00:00Z')).not.toEqual(read(3, END));
  });

  it('goes on after its end without losing or inventing a call', () => {
    const data = buildScenario({ scenario: name, seed: 8, end: END });
    const after = { start: data.range.end, end: data.range.end + 2 * DAY };
    const both = { start: data.range.start, end: after.end };
    const inOne = [...portEvents(data.fleet, both, data.reported)];
    expect([...data.rows('port_events'), ...portEvents(data.fleet, after, data.reported)]).toEqual(inOne);
    const departed = new Set(inOne.filter(({ event_type }) => event_type === 'DEPARTURE').map(({ event_id }) => event_id));
    const arrivals = [...data.rows('port_events')].filter(({ event_type }) => event_type === 'ARRIVAL');
    expect(arrivals.length).toBeGreaterThan(0);
    for (const { event_id } of arrivals) expect(departed.has(event_id.replace('ARRIVAL', 'DEPARTURE')), event_id).toBe(true);
    const positionsAfter = [...positions(data.fleet, after, data.sampling)];
    expect(digest([...data.rows('vessel_positions'), ...positionsAfter])).toBe(digest(positions(data.fleet, both, data.sampling)));
  });
});
