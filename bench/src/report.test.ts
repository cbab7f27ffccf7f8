import { expect, it } from 'vitest';
import { judge, type Line, over, type Target } from './line.ts';
import { LINES } from './lines/all-lines.ts';
import { jsonLine, tableHead, tableRow } from './report.ts';
import { inTurn, median, percentile } from './timing.ts';

const line = (target: Target): Line => ({
  name: 'some-line',
  title: 'a line',
  against: 'another',
  unit: 'rows/s',
  target,
  rows: 'none',
  measure: () => Promise.resolve(over(1, 1)),
});

it.each([
  [{ atLeast: 4 }, 8, 2, true],
  [{ atLeast: 4 }, 7.9, 2, false],
  [{ atMost: 4 }, 8, 2, true],
  [{ atMost: 4 }, 8.1, 2, false],
] as const)('judges %j by the ratio', (target, value, baseline, met) => {
  const result = judge(line(target), over(value, baseline));
  expect(JSON.parse(jsonLine(result))).toEqual({ line: 'some-line', value, baseline, ratio: value / baseline, target: 4, met });
  expect(tableRow(result).includes('NOT MET')).toBe(!met);
});

it('judges 0 against 0 where nothing is allowed', () => {
  expect(judge(line({ atMost: 0 }), { value: 0, baseline: 0, ratio: 0 }).met).toBe(true);
  expect(judge(line({ atMost: 0 }), { value: 1, baseline: 0, ratio: 1 }).met).toBe(false);
});

it('has one line of JSON each, and a row of the table with its note below', () => {
  const result = judge(line({ atLeast: 1 }), over(12_345.678, 2, 'a note'));
  expect(jsonLine(result).split('\n')).toHaveLength(1);
  expect(tableRow(result).split('\n').at(-1)?.trim()).toBe('a note');
  expect(tableHead()).toContain('baseline');
});

it('has the lines of the table, each under one name', () => {
  expect(new Set(LINES.map(({ name }) => name)).size).toBe(15);
  for (const { name } of LINES) expect(name).toMatch(/^[a-z-]+$/);
});

it('takes medians and percentiles of what was measured, one round left out', async () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect([percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.99), percentile([7], 0.99)]).toEqual([2, 4, 7]);
  const order: string[] = [];
  await inTurn({ ours: () => order.push('a'), theirs: () => order.push('b') }, 2);
  expect(order.join('')).toBe('abbaab');
});
