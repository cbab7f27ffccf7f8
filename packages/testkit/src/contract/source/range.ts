import type { CursorRange, Row } from '@bqsync/core';
import { at, instant, sampleRow } from '../sample-table.ts';
import type { SourceHarness } from '../source-harness.ts';
import { SourceSession } from '../source-session.ts';
import type { Clause } from '../test-runner.ts';

const [EARLY, BEFORE, ON, AFTER, NONE] = [
  sampleRow('early', '1969-12-31T23:59:59.999999Z'),
  sampleRow('before', at(5, 9)),
  sampleRow('on', at(5, 10)),
  sampleRow('after', at(5, 11)),
  sampleRow('none', null),
] as const;
const FUTURE = sampleRow('future', '9999-12-31T23:59:59.999999Z');
const ROWS = [FUTURE, NONE, AFTER, ON, BEFORE, EARLY];
const BOUND = instant(at(5, 10));

export const rangeClauses: readonly Clause<SourceHarness>[] = [
  range('from', 'begins at its lower bound to the microsecond, that one included', { from: BOUND, to: undefined, nulls: 'exclude' }, [
    ON,
    AFTER,
    FUTURE,
  ]),
  range('to', 'ends at its upper bound to the microsecond, that one not included', { from: undefined, to: BOUND, nulls: 'exclude' }, [
    EARLY,
    BEFORE,
  ]),
  range(
    'between',
    'holds what lies between two bounds',
    { from: instant('1969-12-31T23:59:59.999999Z'), to: instant(at(5, 11)), nulls: 'exclude' },
    [EARLY, BEFORE, ON],
  ),
  range('nulls-included', 'holds rows without a cursor where asked to', { from: BOUND, to: undefined, nulls: 'include' }, [
    ON,
    AFTER,
    FUTURE,
    NONE,
  ]),
  range('nulls-only', 'holds no other rows where asked to', { from: undefined, to: undefined, nulls: 'only' }, [NONE]),
  range('unbounded', 'holds every row, before 1970 and in the future too', { from: undefined, to: undefined, nulls: 'include' }, ROWS),
  range('nulls-excluded', 'leaves rows without a cursor out where asked to', { from: undefined, to: undefined, nulls: 'exclude' }, [
    EARLY,
    BEFORE,
    ON,
    AFTER,
    FUTURE,
  ]),
];

function range(name: string, promise: string, asked: CursorRange, wanted: readonly Row[]): Clause<SourceHarness> {
  return {
    id: `range/${name}`,
    promise: `a window ${promise}`,
    async check(harness) {
      const session = await SourceSession.begin(harness, ROWS);
      await session.holds(await session.open(asked), wanted, name);
    },
  };
}
