import { createBigQuerySource } from '@bqsync/bigquery';
import { TableSyncEngine } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import type { BenchRun } from '../bench-run.ts';
import { type Line, over } from '../line.ts';
import { addPositions, createPositions, SHAPE, specOf } from '../source/position-table.ts';
import { scannedBytes } from '../source/scanned-bytes.ts';

const ROWS_A_DAY = 2000;
const NEW_ROWS = 100;
const DAYS = [1, 10, 100];
const AFTER_THE_LAST = '2026-01-31T23:59:30.000Z';
const STEP = 1000;

export const bytesPerRow: Line = {
  name: 'bytes-per-row',
  title: 'bytes scanned per new row, day-partitioned table of 1, 10, 100 days',
  against: 'of 1 day',
  unit: 'bytes',
  target: { atMost: 1.1 },
  rows: `${ROWS_A_DAY} rows a day, ${NEW_ROWS} new rows in the last day, the poll that finds them; ${SHAPE}`,
  async measure(run) {
    const found: number[] = [];
    for (const days of DAYS) found.push(await bytesOfPoll(run, days));
    const [one = Number.NaN, ...others] = found;
    return over(Math.max(...others), one, DAYS.map((days, at) => `${days} days: ${Math.round(found[at] ?? 0)}`).join(', '));
  },
};

async function bytesOfPoll(run: BenchRun, days: number): Promise<number> {
  const server = await run.bigquery();
  const { connection } = server;
  const name = `per_row_${days}`;
  await createPositions(connection, name, { rows: ROWS_A_DAY * days, days });
  const target = new MemoryTarget();
  const engine = new TableSyncEngine({
    table: specOf(name, name),
    source: createBigQuerySource({ connection }),
    sink: target,
    state: target,
    worker: { workerId: 'bench-0', nodeId: 0, bootId: 'boot' },
  });
  const untilTail = async (): Promise<void> => {
    while ((await engine.step(run.signal)).did !== 'completed-tail');
  };
  await untilTail();
  // The first poll behind a backfill sweeps; the one that counts is one of many.
  await addPositions(connection, name, { start: AFTER_THE_LAST, step: STEP, from: 0, count: 1 });
  await untilTail();
  const before = scannedBytes(await server.usage());
  await addPositions(connection, name, { start: AFTER_THE_LAST, step: STEP, from: 1, count: NEW_ROWS });
  const inserted = scannedBytes(await server.usage()) - before;
  await untilTail();
  const rows = target.rowsOf(name).length;
  if (rows !== ROWS_A_DAY * days + NEW_ROWS + 1) throw new Error(`${rows} rows arrived of a table of ${days} days`);
  return (scannedBytes(await server.usage()) - before - inserted) / NEW_ROWS;
}
