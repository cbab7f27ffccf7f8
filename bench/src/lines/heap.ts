import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const FEW = 100_000;
const MANY = 1_000_000;
const EVERY_ROWS = 10_000;
const MIB = 1024 * 1024;

export const heap: Line = {
  name: 'heap',
  title: 'greatest heap after gc() while syncing 1,000,000 rows',
  against: 'the same at 100,000 rows',
  unit: 'MB',
  target: { atMost: 1.2 },
  rows: `one worker, Read API, heap and external memory after gc() at every ${EVERY_ROWS} rows; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    const sizes: number[] = [];
    for (const rows of [FEW, MANY]) {
      const name = `heap_${rows}`;
      await createPositions(connection, name, { rows, days: 1 });
      run.say(`${rows} rows`);
      const harper = await run.harper(1);
      const done = await harper.call(0, 'backfill', connection, specOf(name, 'Heap', { read: { api: 'storage' } }), {
        heapEveryRows: EVERY_ROWS,
      });
      await harper.end();
      if (done.rows !== rows) throw new Error(`${done.rows} of ${rows} rows were inserted`);
      sizes.push(done.maxHeapBytes / MIB);
    }
    const [few = Number.NaN, many = Number.NaN] = sizes;
    return over(many, few);
  },
};
