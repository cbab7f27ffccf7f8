import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const TABLES = 100;
const ROWS = 100;
const POLL_MS = 30_000;
/** Two polls of each table. */
const MEASURED_MS = 2 * POLL_MS;
const SHARE = 3;

export const idleLoad: Line = {
  name: 'idle-load',
  title: `processor time of a Harper that follows ${TABLES} unchanged tables on one worker`,
  against: `${SHARE} % of a core`,
  unit: '% of a core',
  target: { atMost: 1 },
  rows: `${TABLES} tables of ${ROWS} rows, polled every ${POLL_MS / 1000} s as by default; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    const names = Array.from({ length: TABLES }, (_, index) => `idle_${index}`);
    for (const [index, name] of names.entries()) {
      if (index % 25 === 0) run.say(`table ${index} of ${TABLES}`);
      await createPositions(connection, name, { rows: ROWS, days: 1 });
    }
    const harper = await run.harper(1);
    const alone = await harper.call(0, 'processorShare', MEASURED_MS);
    const specs = names.map((name, index) => {
      const spec = specOf(name, `Idle${index}`);
      return { ...spec, sync: { ...spec.sync, pollIntervalMs: POLL_MS } };
    });
    run.say('syncing them');
    await harper.call(0, 'follow', connection, specs);
    // What was synced last is polled once more before it is unchanged.
    await harper.call(0, 'processorShare', POLL_MS);
    run.say(`idle for ${MEASURED_MS / 1000} s`);
    const share = await harper.call(0, 'processorShare', MEASURED_MS);
    await harper.call(0, 'stopFollowing');
    await harper.end();
    return over(100 * share, SHARE, `Harper alone ${(100 * alone).toFixed(1)} %`);
  },
};
