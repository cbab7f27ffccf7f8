import { strict as assert } from 'node:assert';
import { sampleRow, sampleRows, at, textsOf, VALUE_SAMPLES } from '../sample-table.ts';
import type { SourceHarness } from '../source-harness.ts';
import { SourceSession } from '../source-session.ts';
import type { Clause } from '../test-runner.ts';

export const readClauses: readonly Clause<SourceHarness>[] = [
  {
    id: 'read/complete',
    promise: 'reads every row once, over pages, units and ties of the cursor (R12, INV-1)',
    async check(harness) {
      const rows = sampleRows(100);
      const session = await SourceSession.begin(harness, rows);
      await session.holds(await session.open(), rows, '100 rows');
    },
  },
  {
    id: 'read/one-instant',
    promise: 'reads every row where all have one cursor value',
    async check(harness) {
      const rows = Array.from({ length: 100 }, (_, i) => sampleRow(`k${i}`, at(1, 1), i));
      const session = await SourceSession.begin(harness, rows);
      await session.holds(await session.open(), rows, '100 rows of one instant');
    },
  },
  {
    id: 'read/identical',
    promise: 'reads each of several identical rows, without ordinals where none are asked for',
    async check(harness) {
      const rows = Array.from({ length: 7 }, () => sampleRow('same', at(1)));
      const session = await SourceSession.begin(harness, rows);
      const open = await session.open();
      await session.holds(open, rows, 'identical rows');
      for (const unit of open.units) for await (const page of session.pages(open, unit)) assert.equal(page.ordinals, undefined);
    },
  },
  {
    id: 'read/resumed',
    promise: 'goes on from any row of a unit with exactly the rows that follow, in the same order (R12)',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(23));
      const open = await session.open();
      for (const unit of open.units) {
        const whole = await session.read(open, unit);
        for (let from = unit.startRow; from <= unit.startRow + whole.length; from++)
          assert.deepEqual(await session.read(open, unit, from), whole.slice(from - unit.startRow), `from row ${from}`);
      }
    },
  },
  {
    id: 'read/repeatable',
    promise: 'reads a window again in the same order, at no further scan, in the next process too',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(30));
      const open = await session.open();
      const before = await harness.scans();
      const texts = await session.readAll(open);
      assert.deepEqual(await session.readAll(open), texts, 'the second reading');
      await session.restart();
      assert.deepEqual(await session.readAll(open), texts, 'the third reading, in the next process');
      assert.equal(await session.harness.scans(), before);
    },
  },
  {
    id: 'read/side-by-side',
    promise: 'reads all units of a window at the same time without mixing them',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(60));
      const open = await session.open();
      const texts = await session.readAll(open);
      assert.deepEqual((await Promise.all(open.units.map((unit) => session.read(open, unit)))).flat(), texts);
    },
  },
  {
    id: 'read/ordinals',
    promise: 'numbers identical rows from 1, over pages and units, and resumed, where duplicates are kept',
    async check(harness) {
      const rows = [...sampleRows(9), ...Array.from({ length: 25 }, () => sampleRow('same', at(1))), ...sampleRows(4)];
      const session = await SourceSession.begin(harness, rows, { spec: { duplicates: 'keep', primaryKey: undefined } });
      const open = await session.open();
      const numbered: string[] = [];
      for (const unit of open.units) {
        const whole = await ordinalsOf(session, open, unit.index, unit.startRow);
        const half = unit.startRow + Math.floor(whole.length / 2);
        assert.deepEqual(await ordinalsOf(session, open, unit.index, half), whole.slice(half - unit.startRow), `resumed at row ${half}`);
        numbered.push(...whole);
      }
      const seen = new Map<string, number>();
      const wanted = textsOf(session.columns, rows).map((text) => {
        seen.set(text, (seen.get(text) ?? 0) + 1);
        return `${text} ${seen.get(text) ?? 0}`;
      });
      assert.deepEqual(numbered.sort(), wanted.sort());
    },
  },
  {
    id: 'read/aborted',
    promise: 'fails where the caller has asked to stop',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const open = await session.open();
      const [unit] = open.units;
      assert.ok(unit !== undefined);
      await assert.rejects(session.pages(open, unit, unit.startRow, AbortSignal.abort()).next(), 'a page was read');
    },
  },
  ...VALUE_SAMPLES.map(
    ({ aspect, columns, rows }): Clause<SourceHarness> => ({
      id: `read/${aspect.replaceAll(' ', '-')}`,
      promise: `reads ${aspect} without loss`,
      async check(harness) {
        const session = await SourceSession.begin(harness, rows, { columns });
        await session.holds(await session.open(), rows, aspect);
      },
    }),
  ),
];

async function ordinalsOf(session: SourceSession, open: Awaited<ReturnType<SourceSession['open']>>, index: number, from: number) {
  const unit = open.units[index];
  assert.ok(unit !== undefined);
  const numbered: string[] = [];
  for await (const { rows, ordinals } of session.pages(open, unit, from)) {
    assert.ok(ordinals !== undefined, 'a page has no ordinals');
    for (const [i, row] of rows.entries()) {
      assert.ok(row !== undefined, 'a row was rejected');
      numbered.push(`${textsOf(session.columns, [row])[0] ?? ''} ${ordinals[i] ?? 'none'}`);
    }
  }
  return numbered;
}
