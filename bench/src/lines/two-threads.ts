import { availableParallelism } from 'node:os';
import { type Line } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { median } from '../timing.ts';

const ROWS = 120_000;
const ROUNDS = 2;

export const twoThreads: Line = {
  name: 'two-threads',
  title: 'backfill of one table by two threads, Read API',
  against: 'two threads writing ready rows',
  unit: 'rows/s',
  target: { atLeast: 0.8 },
  rows: `${ROWS} rows, ${ROUNDS} times in turn with the baseline, after one round to warm up; ${SHAPE}`,
  async measure(run) {
    const bigquery = await run.bigquery();
    const { connection } = bigquery;
    await createPositions(connection, 'two_threads', { rows: ROWS, days: 1 });
    const harper = await run.harper(2);
    const table = (target: string) => specOf('two_threads', target, { read: { api: 'storage' } });
    const half = ROWS / 2;
    await Promise.all([0, 1].map((worker) => harper.call(worker, 'keepRows', connection, table('Kept'), worker * half, half)));
    const found: { readonly syncMs: number; readonly readyMs: number; readonly cpuShare: number }[] = [];
    let rowsPerCommit = 500;
    for (let round = 0; round <= ROUNDS; round++) {
      run.say(`two threads, round ${round} of ${ROUNDS}`);
      const target = table(`Shared${round}`);
      const cpuBefore = await bigquery.cpuMs();
      await harper.call(1, 'help', connection, target, 1, 2);
      const synced = await harper.call(0, 'backfill', connection, target, { slots: 2 });
      await harper.call(1, 'stopHelping');
      const cpuShare = ((await bigquery.cpuMs()) - cpuBefore) / synced.ms;
      if (synced.rows !== ROWS) throw new Error(`${synced.rows} of ${ROWS} rows were inserted`);
      rowsPerCommit = synced.rowsPerCommit;
      const ready = table(`Ready${round}`);
      const times = await Promise.all([0, 1].map((worker) => harper.call(worker, 'writeReady', connection, ready, rowsPerCommit)));
      if (round > 0) found.push({ syncMs: synced.ms, readyMs: Math.max(...times.map(({ ms }) => ms)), cpuShare });
    }
    await harper.end();
    const rate = (ms: number): number => (ROWS / ms) * 1000;
    const cpu = median(found.map(({ cpuShare }) => cpuShare));
    return {
      value: rate(median(found.map(({ syncMs }) => syncMs))),
      baseline: rate(median(found.map(({ readyMs }) => readyMs))),
      ratio: median(found.map(({ syncMs, readyMs }) => readyMs / syncMs)),
      note: `the local BigQuery took ${cpu.toFixed(2)} of the machine's ${availableParallelism()} cores meanwhile; ${rowsPerCommit} rows a commit`,
    };
  },
};
