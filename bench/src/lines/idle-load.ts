import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const TABLES = 100;
const ROWS = 100;
const POLL_MS = 30_000;
const IDLE_POLL_MS = 4 * POLL_MS;
/** After which a table that nothing was written to is polled as rarely as it ever is. */
const STILL_MS = 3_600_000;
const SHARE = 3;

export const idleLoad: Line = {
  name: 'idle-load',
  title: `processor time of a Harper that follows ${TABLES} unchanged tables on one worker`,
  against: `${SHARE} % of a core`,
  unit: '% of a core',
  target: { atMost: 1 },
  rows: `${TABLES} tables of ${ROWS} rows, polled as by default: every ${POLL_MS / 1000} s, and every ${IDLE_POLL_MS / 1000} s after an hour without a row, to which a clock is moved on; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    const names = Array.from({ length: TABLES }, (_, index) => `idle_${index}`);
    for (const [index, name] of names.entries()) {
      if (index % 25 === 0) run.say(`table ${index} of ${TABLES}`);
      await createPositions(connection, name, { rows: ROWS, days: 1 });
    }
    const harper = await run.harper(1);
    const share = (ms: number) => harper.call(0, 'processorShare', ms);
    const alone = await share(2 * POLL_MS);
    const specs = names.map((name, index) => {
      const spec = specOf(name, `Idle${index}`);
      return { ...spec, sync: { ...spec.sync, pollIntervalMs: POLL_MS, idlePollIntervalMs: IDLE_POLL_MS } };
    });
    run.say('syncing them');
    await harper.call(0, 'follow', connection, specs);
    // What was synced last is polled once more before it is unchanged.
    await share(POLL_MS);
    run.say(`idle, polled every ${POLL_MS / 1000} s`);
    const fresh = await share(2 * POLL_MS);
    await harper.call(0, 'skipTime', STILL_MS);
    // By then each has been polled, and waits for longer.
    await share(POLL_MS);
    run.say(`idle, polled every ${IDLE_POLL_MS / 1000} s`);
    const idle = await share(IDLE_POLL_MS);
    await harper.call(0, 'stopFollowing');
    await harper.end();
    const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
    return over(
      100 * idle,
      SHARE,
      `Harper alone ${percent(alone)}; in the minutes after rows came, polled every ${POLL_MS / 1000} s: ${percent(fresh)}`,
    );
  },
};
