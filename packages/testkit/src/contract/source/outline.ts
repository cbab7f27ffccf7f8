import { strict as assert } from 'node:assert';
import type { Outline } from '@bqsync/core';
import { at, instant, sampleRow } from '../sample-table.ts';
import type { SourceHarness } from '../source-harness.ts';
import { SourceSession } from '../source-session.ts';
import type { Clause } from '../test-runner.ts';

const DAYS = [0, 1, 2, 40].flatMap((day) => [0, 1, 86_399].map((second) => at(day * 86_400 + second, 1)));
const ROWS = DAYS.map((ts, i) => sampleRow(`k${i}`, ts, i));

export const outlineClauses: readonly Clause<SourceHarness>[] = [
  {
    id: 'outline/complete',
    promise: 'has each row with a cursor in exactly one part, and counts them',
    async check(harness) {
      const { parts } = await outlineOf(harness, false);
      let total = 0;
      for (const part of parts) {
        const inside = DAYS.map(instant).filter((ts) => (part.from ?? ts) <= ts && (part.to === undefined || ts < part.to));
        assert.equal(part.rows, inside.length, 'the rows of a part');
        total += part.rows;
      }
      assert.equal(total, ROWS.length, 'the rows of all parts');
    },
  },
  {
    id: 'outline/ordered',
    promise: 'has its parts in the order of the cursor, not overlapping',
    async check(harness) {
      const { parts } = await outlineOf(harness, false);
      for (const [i, part] of parts.entries()) {
        const before = parts[i - 1];
        if (before === undefined) continue;
        assert.ok(before.to !== undefined && part.from !== undefined && before.to <= part.from, `part ${i} overlaps the one before`);
      }
    },
  },
  {
    id: 'outline/nulls',
    promise: 'says that there may be rows without a cursor where there are',
    async check(harness) {
      assert.equal((await outlineOf(harness, true)).nulls, true);
    },
  },
];

async function outlineOf(harness: SourceHarness, nulls: boolean): Promise<Outline> {
  const session = await SourceSession.begin(harness, nulls ? [...ROWS, sampleRow('none', null)] : ROWS, { prunable: true });
  const description = await session.describe();
  assert.equal(description.prunable, true, 'the table of this clause must be prunable');
  return harness.source.outline(session.table, description, new AbortController().signal);
}
