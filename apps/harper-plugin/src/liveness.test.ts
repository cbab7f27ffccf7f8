import { expect, it } from 'vitest';
import { LIVE_MS, Liveness } from './liveness.ts';

const row = (node: string, heartbeat: number, bootId = 'boot') => ({ node, bootId, heartbeat });

it('lesson 10: a stopped node counts no more, by when its row was seen to change and never by a clock in it (R9)', () => {
  const liveness = new Liveness('a');
  liveness.observe([row('a', 1), row('b', 1), row('c', 1)], 0);
  expect(liveness.live(0)).toEqual(['a', 'b', 'c']);
  liveness.observe([row('b', 2), row('c', 1)], LIVE_MS - 1);
  expect(liveness.live(LIVE_MS)).toEqual(['a', 'b']);
  liveness.observe([row('c', 1, 'restarted')], LIVE_MS + 1);
  expect(liveness.live(LIVE_MS + 1)).toEqual(['a', 'b', 'c']);
});

it('counts itself always', () => {
  expect(new Liveness('a').live(1e9)).toEqual(['a']);
});

it('is settled once each other node was seen to beat, or is dead (R10)', () => {
  const liveness = new Liveness('a');
  expect(liveness.isSettled(0)).toBe(true);
  liveness.observe([row('a', 1), row('b', 7), row('c', 3)], 0);
  expect(liveness.isSettled(0)).toBe(false);
  liveness.observe([row('b', 8)], 100);
  expect(liveness.isSettled(LIVE_MS - 1)).toBe(false);
  expect(liveness.isSettled(LIVE_MS)).toBe(true);
});
