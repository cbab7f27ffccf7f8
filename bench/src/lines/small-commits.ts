import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const SIZES = [1, 10, 99] as const;
const COMMITS = 200;

export const smallCommits: Line = {
  name: 'small-commits',
  title: 'commit of one new row, record by record',
  against: 'one transaction, which replicas may drop',
  unit: 'ms',
  target: { atMost: 3 },
  rows: `${COMMITS} commits of 1, 10 and 99 rows each, with progress and checkpoint, both ways in turns; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'small', { rows: Math.max(...SIZES), days: 1 });
    const table = specOf('small', 'Small');
    const harper = await run.harper(1);
    await harper.call(0, 'keepRows', connection, table, 0, Math.max(...SIZES));
    const notes: string[] = [];
    let measured = { singlesMs: 0, oneMs: 1 };
    for (const size of SIZES) {
      const spec = specOf(`small${size}`, `Small${size}`);
      const found = await harper.call(0, 'smallCommits', connection, { ...spec, source: table.source }, size, COMMITS);
      if (size === 1) measured = found;
      const { singlesMs, oneMs, singlesLogBytes, oneLogBytes } = found;
      notes.push(
        `${size} rows: ${singlesMs.toFixed(2)} ms and ${Math.round(singlesLogBytes)} B of log, as one ${oneMs.toFixed(2)} ms and ${Math.round(oneLogBytes)} B`,
      );
    }
    await harper.end();
    return over(measured.singlesMs, measured.oneMs, notes.join('; '));
  },
};
