import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const ROWS = 20_000;
const ROWS_PER_COMMIT = 500;

export const unchanged: Line = {
  name: 'unchanged',
  title: 'overlap re-read of unchanged rows',
  against: 'writing them',
  unit: 'rows/s',
  target: { atLeast: 4 },
  rows: `${ROWS} rows three times, ${ROWS_PER_COMMIT} a commit, commit by commit in turns; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'unchanged', { rows: ROWS, days: 1 });
    const table = specOf('unchanged', 'Unchanged');
    const harper = await run.harper(1);
    await harper.call(0, 'keepRows', connection, table, 0, ROWS);
    const { unchangedMs, writingMs } = await harper.call(0, 'readAgain', connection, table, ROWS_PER_COMMIT);
    await harper.end();
    return over((3 * ROWS * 1000) / unchangedMs, (3 * ROWS * 1000) / writingMs);
  },
};
