import { describe, expect, it } from 'vitest';
import { nearest } from './suggestion.ts';

describe('nearest', () => {
  it.each([
    ['vesel_positions', ['port_events', 'vessel_positions', 'vessel_metadata'], 'vessel_positions'],
    ['MMSI', ['imo', 'mmsi'], 'mmsi'],
    ['timestmap', ['timestamp', 'status'], 'timestamp'],
    ['quite_another', ['ts', 'mmsi'], undefined],
    ['x', [], undefined],
  ] as const)('%s', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});
