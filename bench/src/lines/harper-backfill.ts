import type { TableSpec } from '@bqsync/core';
import type { BenchRun } from '../bench-run.ts';
import { type Line, over } from '../line.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { median } from '../timing.ts';
import type { Backfilled } from '../worker/backfill.ts';
import type { Written } from '../worker/ready-rows.ts';

const ROWS = 40_000;
const ROUNDS = 5;
const SOURCE = 'backfill';
const SHAPE_TEXT = `${ROWS} rows into a new table, ${ROUNDS} times in turn with the baseline, after one round to warm up; ${SHAPE}`;

interface Round {
  readonly synced: Record<'storage' | 'rest', Backfilled>;
  readonly ready: Written;
}

interface Rounds {
  readonly rounds: readonly Round[];
  readonly idleStallMs: number;
}

const measured = new WeakMap<BenchRun, Promise<Rounds>>();

/** The rounds are the same for all lines about them, so that they are run once. */
function rounds(run: BenchRun): Promise<Rounds> {
  let found = measured.get(run);
  if (found === undefined) {
    found = measureRounds(run);
    measured.set(run, found);
  }
  return found;
}

async function measureRounds(run: BenchRun): Promise<Rounds> {
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
        harper.call(0, 'backfill', connection, { ...into(`${api}${round}`), read: { api } }).then(whole);
      const ready = (): Promise<Written> => harper.call(0, 'writeReady', connection, into(`Ready${round}`), rowsPerCommit);
      // The baseline comes first, or between the two.
      const early = round % 2 === 0 ? await ready() : undefined;
      const storage = await sync('storage');
      const written = early ?? (await ready());
      const rest = await sync('rest');
      if (round > 0) found.push({ synced: { storage, rest }, ready: written });
      rowsPerCommit = storage.rowsPerCommit;
    }
    return { rounds: found, idleStallMs: await harper.call(0, 'idleStall', IDLE_MS) };
  } finally {
    await harper.end();
  }
}

function into(target: string): TableSpec {
  return specOf(SOURCE, target);
}

function whole(done: Backfilled): Backfilled {
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
    const { rounds: all } = await rounds(run);
    const ratio = median(all.map(({ synced, ready }) => ready.ms / synced[api].ms));
    const cpu = median(all.map(({ synced, ready }) => ready.cpuMs / synced[api].cpuMs));
    const rate = (ms: number): number => (ROWS / ms) * 1000;
    const value = rate(median(all.map(({ synced }) => synced[api].ms)));
    const baseline = rate(median(all.map(({ ready }) => ready.ms)));
    const size = median(all.map(({ synced }) => synced[api].rowsPerCommit));
    return {
      value,
      baseline,
      ratio,
      note: `the median of the rounds' ratios; of their processor time in Harper ${cpu.toFixed(2)}; ${Math.round(size)} rows a commit`,
    };
  },
});

export const backfillStorage = backfill('storage', 'backfill, one worker, Read API, key only', 0.85);
export const backfillRest = backfill('rest', 'the same by REST', 0.7);

const STALL_LIMIT_MS = 100;
const IDLE_MS = 3000;

export const stall: Line = {
  name: 'stall',
  title: 'p99 event-loop stall of the Harper worker while backfilling',
  against: '100 ms',
  unit: 'ms',
  target: { atMost: 1 },
  rows: SHAPE_TEXT,
  async measure(run) {
    const { rounds: all, idleStallMs } = await rounds(run);
    const backfills = all.flatMap(({ synced }) => [synced.storage, synced.rest]);
    const of = (api: 'storage' | 'rest'): number => Math.round(median(all.map(({ synced }) => synced[api].stallMs)));
    const longest = Math.round(Math.max(...backfills.map(({ maxStallMs }) => maxStallMs)));
    const note = `Read API ${of('storage')} ms, REST ${of('rest')} ms, the longest stall of all ${longest} ms; the p99 of the idle worker ${Math.round(idleStallMs)} ms`;
    return over(median(backfills.map(({ stallMs }) => stallMs)), STALL_LIMIT_MS, note);
  },
};
