import { describe, expect, it } from 'vitest';
import { HOUR, timeRange } from '../time/micros.ts';
import { buildData } from './build-data.ts';

describe('counted data', () => {
  const range = timeRange('2026-03-01', '2026-03-02');

  it('takes the least dense rotation that has the events', () => {
    const counts = { vessel_positions: 10, vessel_metadata: 50 };
    expect(buildData({ range, counts: { ...counts, port_events: 5 } }).fleet.rotation).toBe('ocean');
    expect(buildData({ range, counts: { ...counts, port_events: 40 } }).fleet.rotation).toBe('coastal');
    expect(buildData({ range, counts: { ...counts, port_events: 300 } }).fleet.rotation).toBe('feeder');
    expect(buildData({ range, counts: { ...counts, port_events: 700 } }).fleet.rotation).toBe('ferry');
  });

  it('meets counts that do not divide the range', () => {
    const odd = { start: range.start + 1, end: range.start + HOUR - 7 };
    const data = buildData({ range: odd, counts: { vessel_positions: 1013, port_events: 7, vessel_metadata: 37 } });
    expect([...data.rows('vessel_positions')]).toHaveLength(1013);
    expect([...data.rows('port_events')]).toHaveLength(7);
  });

  it('has no rows where none are wanted', () => {
    const data = buildData({ range, counts: { vessel_positions: 0, port_events: 0, vessel_metadata: 3 } });
    expect([...data.rows('vessel_positions'), ...data.rows('port_events')]).toEqual([]);
  });

  it('says so when the vessels cannot make the events', () => {
    expect(() => buildData({ range, counts: { vessel_positions: 1, port_events: 1000, vessel_metadata: 2 } })).toThrow(
      expect.objectContaining({ code: 'BQS_CONFIG_INVALID', hint: expect.stringContaining('more vessels') }),
    );
  });
});
