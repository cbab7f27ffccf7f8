import { describe, expect, it } from 'vitest';
import { createFleet } from '../fleet/fleet.ts';
import { PORTS } from '../fleet/ports.ts';
import { DAY, HOUR, isoMicros, MINUTE, timeRange, toMicros } from '../time/micros.ts';
import { distanceNm } from '../voyage/geodesy.ts';
import { defaultShareOfCalls, portEvents, shareOfCalls } from './port-events.ts';
import { positionRow, positions } from './positions.ts';
import { metadataSnapshot, metadataUpdates } from './vessel-metadata.ts';

const range = timeRange('2026-02-27T13:30:00.000001Z', '2026-03-02T01:00:00Z');
const fleet = createFleet({ seed: 3, vessels: 300, rotation: 'coastal' });
const all = () => true;
const cuts = [
  range.start,
  range.start + 1,
  range.start + 5 * HOUR,
  range.start + 5 * HOUR + 7,
  range.start + DAY,
  range.end - 1,
  range.end,
];
const parts = cuts.slice(1).map((end, i) => ({ start: cuts[i]!, end }));

describe('positions', () => {
  const sampling = { origin: toMicros('2026-02-28') + 17, period: 3 * HOUR + 1, rows: 777 };

  it('of adjoining ranges are those of their union, in whatever order they are made', () => {
    const whole = [...positions(fleet, range, sampling)];
    const byPart = parts
      .toReversed()
      .map((part) => [...positions(createFleet({ seed: 3, vessels: 300, rotation: 'coastal' }), part, sampling)]);
    expect(byPart.toReversed().flat()).toEqual(whole);
    expect(whole.length).toBeGreaterThan(15_000);
    const times = whole.map(({ timestamp }) => timestamp);
    expect([...new Set(times)].sort()).toEqual(times);
  });

  it('are as many a day as the default fleet reports: about 144,000', () => {
    const ocean = createFleet();
    const { length } = [...positions(ocean, timeRange('2026-03-01', '2026-03-01T02:00:00Z'))];
    expect(Math.abs(length * 12 - 144_000)).toBeLessThan(100);
  });

  it('lesson 23: carry exact microseconds of their own time, never of January 1970', () => {
    const rows = [...positions(fleet, { start: range.start, end: range.start + DAY }, sampling)];
    for (const row of rows) {
      if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(row.timestamp)) expect.fail(row.timestamp);
      if (row.report_date !== row.timestamp.slice(0, 10).replaceAll('-', '')) expect.fail(row.report_date);
      if (row.eta !== null && row.eta < row.timestamp.slice(0, 16)) expect.fail(`${row.eta} is before ${row.timestamp}`);
    }
    expect(rows.filter(({ timestamp }) => !timestamp.endsWith('000Z')).length).toBeGreaterThan(rows.length * 0.99);
    expect(() => timeRange(0, 1)).toThrow(expect.objectContaining({ code: 'BQS_USAGE' }));
  });

  it('refuses a sampling that is none', () => {
    for (const rows of [0, 1.5, 60_000_000])
      expect(() => [...positions(fleet, range, { ...sampling, rows })]).toThrow(expect.objectContaining({ code: 'BQS_USAGE' }));
  });
});

describe('port events', () => {
  it('of adjoining ranges are those of their union, in whatever order they are made', () => {
    const whole = [...portEvents(fleet, range, all)];
    const byPart = parts
      .toReversed()
      .map((part) => [...portEvents(createFleet({ seed: 3, vessels: 300, rotation: 'coastal' }), part, all)]);
    expect(byPart.toReversed().flat()).toEqual(whole);
    expect(whole.length).toBeGreaterThan(500);
    const times = whole.map(({ event_time }) => event_time);
    expect([...times].sort()).toEqual(times);
  });

  it('lesson 23: happen where and when the positions have the vessel, at the port', () => {
    const byMmsi = new Map(Array.from({ length: fleet.size }, (_, index) => [fleet.vessel(index).mmsi, index]));
    const ports = new Map(PORTS.map((port) => [port.id, port]));
    for (const event of portEvents(fleet, range, all)) {
      const row = positionRow(fleet, byMmsi.get(event.vessel_mmsi)!, toMicros(event.event_time));
      expect([event.latitude, event.longitude, event.status]).toEqual([row.latitude, row.longitude, row.status]);
      const port = ports.get(event.port_id)!;
      expect(event.port_name).toBe(port.name);
      const off = distanceNm(event.latitude, event.longitude, port.latitude, port.longitude);
      if (off > 5) expect.fail(`${event.event_type} at ${off} nm from ${port.name}`);
      if (event.event_type !== 'ARRIVAL' && row.speed_knots >= 1) expect.fail(`${event.event_type} at ${row.speed_knots} kn`);
      if (event.event_type !== 'DEPARTURE') expect(row.destination).toBe(port.name);
    }
  });

  it('pair each arrival with its departure, but for calls still open at an end, and anchor in between', () => {
    const steps = new Map<string, string[]>();
    for (const { event_id, event_type } of portEvents(fleet, range, shareOfCalls(fleet, 0.5))) {
      const call = event_id.slice(0, event_id.lastIndexOf('-'));
      steps.set(call, [...(steps.get(call) ?? []), event_type]);
    }
    const kinds = new Set([...steps.values()].map((list) => list.join(' ')));
    expect(kinds).toContain('ARRIVAL BERTHED DEPARTURE');
    expect(kinds).toContain('ARRIVAL ANCHORED BERTHED DEPARTURE');
    const whole = ['ARRIVAL BERTHED DEPARTURE', 'ARRIVAL ANCHORED BERTHED DEPARTURE'];
    for (const kind of kinds)
      expect(
        whole.some((full) => full.startsWith(kind) || full.endsWith(kind) || full.includes(kind)),
        kind,
      ).toBe(true);
  });

  it('are 5,000 to 10,000 a day for the default fleet', () => {
    const ocean = createFleet({ seed: 2 });
    const reported = shareOfCalls(ocean, defaultShareOfCalls(ocean));
    for (const day of ['2025-01-05', '2026-08-20']) {
      const count = [...portEvents(ocean, { start: toMicros(day), end: toMicros(day) + DAY }, reported)].length;
      expect(count).toBeGreaterThan(5000);
      expect(count).toBeLessThan(10_000);
    }
  });
});

describe('vessel metadata', () => {
  it('has a row for each vessel, updated before the instant', () => {
    const rows = [...metadataSnapshot(fleet, range.end)];
    expect(new Set(rows.map(({ mmsi }) => mmsi)).size).toBe(300);
    for (const { last_updated } of rows) expect(last_updated < isoMicros(range.end) && last_updated > '2025').toBe(true);
  });

  it('gives as updates of a range exactly what makes one snapshot the next', () => {
    const after = new Map(Array.from(metadataSnapshot(fleet, range.start - 1), (row) => [row.mmsi, row]));
    const end = range.start + 90 * DAY;
    const updates = [...metadataUpdates(fleet, { start: range.start, end })];
    for (const row of updates) after.set(row.mmsi, row);
    expect([...after.values()]).toEqual([...metadataSnapshot(fleet, end - 1)]);
    expect(updates.length).toBeGreaterThan(100);
    const halves = [range.start, range.start + 30 * DAY + MINUTE, end];
    expect(halves.slice(1).flatMap((to, i) => [...metadataUpdates(fleet, { start: halves[i]!, end: to })])).toEqual(updates);
  });
});
