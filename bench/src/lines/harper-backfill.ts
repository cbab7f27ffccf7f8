import type { TableSpec } from '@bqsync/core';
import type { BenchRun } from '../bench-run.ts';
import { type Line, over } from '../line.ts';
import type { HarperWorkers } from '../servers/harper-workers.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { median } from '../timing.ts';
import type { Backfilled } from '../worker/backfill.ts';

const ROWS = 60_000;
const ROUNDS = 5;
const SOURCE = 'backfill';
const SHAPE_TEXT = `${ROWS} rows into a new table, ${ROUNDS} times in turn with the baseline, after one round to warm up; ${SHAPE}`;

interface Round {
  readonly synced: Record<'storage' | 'rest', Backfilled>;
  readonly readyMs: number;
}

const measured = new WeakMap<BenchRun, Promise<readonly Round[]>>();

/** The rounds are the same for all lines about them, so that they are run once. */
function rounds(run: BenchRun): Promise<readonly Round[]> {
  let found = measured.get(run);
  if (found === undefined) {
    found = measureRounds(run);
    measured.set(run, found);
  }
  return found;
}

async function measureRounds(run: BenchRun): Promise<readonly Round[]> {
  const { connection } = await run.bigquery();
  await createPositions(connection, SOURCE, { rows: ROWS, days: 1 });
  const harper = await run.harper(1);
  try {
    await harper.call(0, 'keepRows', connection, into('Kept'), 0, ROWS);
    const found: Round[] = [];
    let rowsPerCommit = 500;
    for (let round = 0; round <= ROUNDS; round++) {
      run.say(`backfills and transactions of ready rows, round ${round} of ${ROUNDS}`);
      const sync = (api: 'storage' | 'rest'): Promise<Backfilled> =>
        whole(harper, () => harper.call(0, 'backfill', connection, { ...into(`${api}${round}`), read: { api } }));
      const ready = (): Promise<number> => harper.call(0, 'writeReady', connection, into(`Ready${round}`), rowsPerCommit);
      const early = round % 2 === 0 ? await ready() : undefined;
      const storage = await sync('storage');
      const middle = early === undefined ? await ready() : undefined;
      const rest = await sync('rest');
      if (round > 0) found.push({ synced: { storage, rest }, readyMs: early ?? middle ?? Number.NaN });
      rowsPerCommit = storage.rowsPerCommit;
    }
    return found;
  } finally {
    await harper.end();
  }
}

function into(target: string): TableSpec {
  return specOf(SOURCE, target);
}

async function whole(_harper: HarperWorkers, task: () => Promise<Backfilled>): Promise<Backfilled> {
  const done = await task();
  if (done.rows !== ROWS) throw new Error(`${done.rows} of ${ROWS} rows were inserted`);
  return done;
}

const backfill = (api: 'storage' | 'rest', title: string, atLeast: number): Line => ({
  name: `backfill-${api}`,
  title,
  against: 'awaited transactions of ready rows',
  unit: 'rows/s',
  target: { atLeast },
  rows: SHAPE_TEXT,
  async measure(run) {
    const all = await rounds(run);
    const ratio = median(all.map(({ synced, readyMs }) => readyMs / synced[api].ms));
    const rate = (ms: number): number => (ROWS / ms) * 1000;
    const value = rate(median(all.map(({ synced }) => synced[api].ms)));
    const baseline = rate(median(all.map(({ readyMs }) => readyMs)));
    const size = median(all.map(({ synced }) => synced[api].rowsPerCommit));
    return { value, baseline, ratio, note: `${Math.round(size)} rows a commit; the ratio is the median of the rounds' own` };
  },
});

export const backfillStorage = backfill('storage', 'backfill, one worker, Read API, key only', 0.85);
export const backfillRest = backfill('rest', 'the same by REST', 0.7);

const STALL_LIMIT_MS = 100;

export const stall: Line = {
  name: 'stall',
  title: 'p99 event-loop stall of the Harper worker while backfilling',
  against: '100 ms',
  unit: 'ms',
  target: { atMost: 1 },
  rows: SHAPE_TEXT,
  async measure(run) {
    const backfills = (await rounds(run)).flatMap(({ synced }) => [synced.storage, synced.rest]);
    const worst = Math.max(...backfills.map(({ stallMs }) => stallMs));
    const longest = Math.max(...backfills.map(({ maxStallMs }) => maxStallMs));
    return over(worst, STALL_LIMIT_MS, `the worst p99 of ${backfills.length} backfills; the longest stall of all ${Math.round(longest)} ms`);
  },
};
