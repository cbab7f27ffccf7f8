import { setTimeout as sleep } from 'node:timers/promises';
import { type Line, over } from '../line.ts';
import { addPositions, createPositions, keyOfPosition, SHAPE, specOf } from '../source/position-table.ts';
import { percentile } from '../timing.ts';

const ROWS = 10_000;
const INSERTS = 60;
const POLL_MS = 1000;
const STEP = 1_000_000;
const START = '2026-02-01T00:00:00.000Z';

export const latency: Line = {
  name: 'latency',
  title: 'commit in BigQuery to readable in Harper, p99',
  against: 'pollInterval 1 s',
  unit: 'ms',
  target: { atMost: 2 },
  rows: `${INSERTS} inserts of one row at random times, timed from before the insert is sent; a table of ${ROWS} rows; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'latency', { rows: ROWS, days: 1 });
    const harper = await run.harper(1);
    await harper.call(0, 'follow', connection, [specOf('latency', 'Latency')]);
    const delays: Promise<number>[] = [];
    for (let n = 0; n < INSERTS; n++) {
      if (n % 20 === 0) run.say(`insert ${n} of ${INSERTS}`);
      await sleep(POLL_MS * (0.3 + Math.random()));
      const sentAt = Date.now();
      await addPositions(connection, 'latency', { start: START, step: STEP, from: n, count: 1 });
      delays.push(harper.call(0, 'whenReadable', 'Latency', keyOfPosition(START, STEP, n)).then((at) => at - sentAt));
    }
    const all = await Promise.all(delays);
    await harper.call(0, 'stopFollowing');
    await harper.end();
    return over(percentile(all, 0.99), POLL_MS, `median ${Math.round(percentile(all, 0.5))} ms`);
  },
};
