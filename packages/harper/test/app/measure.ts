import { formatInstant, type KeyedRow, type Micros, micros } from '@bqsync/core';
import type { HarperRecord, HarperRuntime, HarperTable } from '../../src/index.ts';

export interface Measured {
  readonly rows: number;
  /** Milliseconds for all rows, and for the slowest batch. */
  readonly bareMs: number;
  readonly sinkMs: number;
  readonly bareAgainMs: number;
  readonly sinkUnchangedMs: number;
}

export interface Rounds {
  readonly rounds: number;
  readonly rowsPerBatch: number;
  readonly snapshot: Micros;
}

/**
 * Writes the same rows once by the sink and once by a loop of bare transactions over records that are ready, batch by batch in turns so that
 * whatever else the machine does hits both; then both once more with a newer snapshot and nothing changed.
 */
export async function measure(
  runtime: HarperRuntime,
  bare: HarperTable,
  commit: (rows: readonly KeyedRow[], snapshot: Micros, sequence: number) => Promise<unknown>,
  { rounds, rowsPerBatch, snapshot }: Rounds,
): Promise<Measured> {
  const total = { bareMs: 0, sinkMs: 0, bareAgainMs: 0, sinkUnchangedMs: 0 };
  const later = micros(snapshot + 1_000_000n);
  const passes = [
    { at: snapshot, bareKey: 'bareMs', sinkKey: 'sinkMs' },
    { at: later, bareKey: 'bareAgainMs', sinkKey: 'sinkUnchangedMs' },
  ] as const;
  for (const { at, bareKey, sinkKey } of passes) {
    for (let round = 0; round < rounds; round++) {
      const rows = Array.from({ length: rowsPerBatch }, (_, index) => keyedRow(round * rowsPerBatch + index));
      const records: HarperRecord[] = rows.map(({ key, row }) => ({ ...row, id: key, _syncedAt: formatInstant(at) }));
      const runBare = () =>
        timed(() =>
          runtime.transaction({ timestamp: Number(at) / 1000 + round * 0.001 }, (transaction) => {
            for (const record of records) bare.put(record, transaction);
          }),
        );
      const runSink = () => timed(() => commit(rows, at, round));
      // The one that goes first changes every round.
      if (round % 2 === 0) {
        total[bareKey] += await runBare();
        total[sinkKey] += await runSink();
      } else {
        total[sinkKey] += await runSink();
        total[bareKey] += await runBare();
      }
    }
  }
  return { rows: rounds * rowsPerBatch, ...total };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function keyedRow(n: number): KeyedRow {
  const second = String(n % 60).padStart(2, '0');
  const ts = `2026-01-01T00:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${second}.000000Z`;
  const key = `k${String(n).padStart(8, '0')}`;
  const row = {
    k: key,
    ts,
    mmsi: 200_000_000 + n,
    lat: (n % 180) - 90 + 0.123456,
    lon: (n % 360) - 180 + 0.654321,
    speed: (n % 300) / 10,
    course: (n % 3600) / 10,
    heading: n % 360,
    status: 'under way using engine',
    name: `VESSEL NUMBER ${String(n)}`,
    destination: 'ROTTERDAM',
    draught: '7.500000000',
    eta: '2026-02-01T12:00:00.000000',
    flagged: n % 7 === 0,
    note: null,
  };
  return { key, cursor: ts, row };
}
