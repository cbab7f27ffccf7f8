import { describe, expect, it } from 'vitest';
import { positions } from '../data/positions.ts';
import { samplingOf } from '../data/sampling.ts';
import { createFleet } from '../fleet/fleet.ts';
import type { RotationName } from '../voyage/rotation.ts';
import { timeRange } from '../time/micros.ts';
import { positionLines } from './position-lines.ts';

const range = timeRange('2026-02-27T22:30:00.000001Z', '2026-03-02T01:00:00Z');

describe.each<RotationName>(['ocean', 'coastal', 'feeder', 'ferry'])('lines of positions of %s vessels', (rotation) => {
  const fleet = createFleet({ seed: 3, vessels: 300, rotation });
  const sampling = samplingOf(range, 12_000);

  it.each([false, true])('are the JSON of the rows, byte for byte (tagged: %s)', (tagged) => {
    const rows = [...positions(createFleet({ seed: 3, vessels: 300, rotation }), range, sampling)];
    const json = rows.map((row) => `${JSON.stringify(tagged ? { table: 'vessel_positions', ...row } : row)}\n`);
    const chunks = [...positionLines(fleet, range, sampling, tagged)];
    expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).toString()).toBe(json.join(''));
    expect(chunks.map(({ rows: count }) => count).reduce((a, b) => a + b)).toBe(rows.length);
    // Whole lines, and never a chunk that a line was cut for.
    for (const { rows: count, bytes } of chunks) expect(Buffer.from(bytes).toString().match(/\n/g)?.length).toBe(count);
    expect(chunks.length).toBeGreaterThan(10);
  });

  it('are none for a range without reports', () => {
    expect([...positionLines(fleet, { start: range.start, end: range.start })]).toEqual([]);
  });
});
