import { type BigQuerySource, createBigQuerySource } from '@bqsync/bigquery';
import { SyncOrchestrator, TableSyncEngine } from '@bqsync/core';
import { MemoryTarget } from '@bqsync/core/memory';
import type { BenchRun } from '../bench-run.ts';
import { type Line, over } from '../line.ts';
import { scannedBytes } from '../source/scanned-bytes.ts';
import { createPositions, SHAPE, specOf } from '../source/position-table.ts';

const ROWS = 100_000;
const DAYS = 10;
const THREADS = [1, 2, 4];

export const backfillBytes: Line = {
  name: 'backfill-bytes',
  title: 'bytes scanned by a backfill with 1, 2 and 4 threads',
  against: 'bytes of the table',
  unit: 'MB',
  target: { atMost: 1.02 },
  rows: `${ROWS} rows in ${DAYS} daily partitions, by the local server's account of bytes, by both ways to read; ${SHAPE}`,
  async measure(run) {
    const { connection } = await run.bigquery();
    await createPositions(connection, 'backfill_bytes', { rows: ROWS, days: DAYS });
    const source = createBigQuerySource({ connection });
    const { probe } = await source.describe(specOf('backfill_bytes', 'x'), run.signal);
    const found: number[] = [];
    for (const api of ['rest', 'storage'] as const)
      for (const threads of THREADS) found.push(await bytesOfBackfill(run, source, threads, api));
    const worst = Math.max(...found);
    const note = `REST ${found.slice(0, 3).map(ratioTo(probe.bytes)).join(', ')}; Read API ${found.slice(3).map(ratioTo(probe.bytes)).join(', ')}`;
    return over(worst / 1e6, probe.bytes / 1e6, note);
  },
};

const ratioTo =
  (whole: number) =>
  (bytes: number): string =>
    (bytes / whole).toFixed(3);

/** Threads are loops over one target in memory: to BigQuery they look the same. */
async function bytesOfBackfill(run: BenchRun, source: BigQuerySource, threads: number, api: 'rest' | 'storage'): Promise<number> {
  const server = await run.bigquery();
  const target = new MemoryTarget();
  const table = specOf('backfill_bytes', `Bytes_${api}_${threads}`, { read: { api } });
  const ports = { source, sink: target, state: target };
  const before = scannedBytes(await server.usage());
  const workerOf = (slot: number) => ({ workerId: `bench-${slot}`, nodeId: slot, bootId: `boot-${slot}` });
  const shareOf = (slot: number) => (threads === 1 ? {} : { share: { slot, slots: threads } });
  const helpers = Array.from({ length: threads - 1 }, (_, index) => {
    const helper = new SyncOrchestrator({ tables: [table], ...ports, worker: workerOf(index + 1), ...shareOf(index + 1) });
    helper.help(table.id);
    return helper;
  });
  const engine = new TableSyncEngine({ table, ...ports, worker: workerOf(0), ...shareOf(0) });
  do await engine.step(run.signal);
  while (engine.getStatus().stage !== 'tail');
  await Promise.all(helpers.map((helper) => helper.stopAll()));
  const rows = target.rowsOf(table.target.table).length;
  if (rows !== ROWS) throw new Error(`${rows} of ${ROWS} rows arrived`);
  return scannedBytes(await server.usage()) - before;
}
