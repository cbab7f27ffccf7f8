import { expect, it } from 'vitest';
import { rowsAfterKill, rowsReadOf } from './rows-read.ts';

it('adds what BigQuery handed over of a table by each API', () => {
  const usage = () => ({ rowsRead: { 'chaos-project.chaos.t': { rest: 5, storage: 7 } } });
  expect(rowsReadOf({ usage } as never, 't')).toBe(12);
  expect(rowsReadOf({ usage } as never, 'u')).toBe(0);
});

it('counts as read again what is more than was left at the kill', () => {
  expect(rowsAfterKill(60_000, 65_000, 5_000, true)).toEqual({ rowsReadAfterKill: 5_000, rowsReadAgain: 0, settled: true });
  expect(rowsAfterKill(60_000, 240_000, 5_000, true)).toMatchObject({ rowsReadAfterKill: 180_000, rowsReadAgain: 175_000 });
});
