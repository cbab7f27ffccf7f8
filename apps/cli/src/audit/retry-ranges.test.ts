import { type CursorRange, micros } from '@bqsync/core';
import { expect, it } from 'vitest';
import { joinRanges } from './retry-ranges.ts';

const range = (from: number | undefined, to: number | undefined, nulls: CursorRange['nulls'] = 'exclude'): CursorRange => ({
  from: from === undefined ? undefined : micros(BigInt(from)),
  to: to === undefined ? undefined : micros(BigInt(to)),
  nulls,
});
const WHOLE = range(undefined, undefined, 'include');
const NULLS = range(undefined, undefined, 'only');

it.each<[string, CursorRange[], boolean, CursorRange[]]>([
  ['one row', [range(5, 6)], true, [range(5, 6)]],
  ['rows that touch or overlap', [range(8, 9), range(5, 7), range(6, 8)], true, [range(5, 9)]],
  ['more than may be asked for: the closest are joined', [range(1, 2), range(4, 5), range(90, 91)], true, [range(1, 5), range(90, 91)]],
  ['a table that is scanned whole', [range(1, 2), range(90, 91)], false, [range(1, 91)]],
  ['rows without a cursor', [NULLS, NULLS, range(1, 2)], true, [NULLS, range(1, 2)]],
  ['rows without a cursor of a table that is scanned whole', [NULLS, range(1, 2)], false, [WHOLE]],
  ['a row of anywhere', [range(1, 2), WHOLE], true, [WHOLE]],
  ['the rest of a window', [range(5, undefined), range(1, 2), range(9, 10)], true, [range(1, 2), range(5, undefined)]],
])('joins %s', (_, ranges, prunable, wanted) => {
  expect(joinRanges(ranges, { prunable, limit: 2 })).toEqual(wanted);
});
