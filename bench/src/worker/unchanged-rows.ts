import type { Connection } from '@bqsync/bigquery';
import {
  type Batch,
  beginGeneration,
  formatInstant,
  type KeyedRow,
  type Micros,
  micros,
  type TableProgress,
  type TableSpec,
  targetKeyOf,
  type WindowIntent,
} from '@bqsync/core';
import { adaptersTo, harperTable, never, runtime, workerOf } from './adapters.ts';
import { keptRows } from './ready-rows.ts';

export interface ReadAgain {
  /** Milliseconds of the sink for rows that are stored as they are. */
  readonly unchangedMs: number;
  /** Of transactions that put the same rows again. */
  readonly writingMs: number;
}

const BOOT = 'bench-boot';

/**
 * Stores the kept rows, then gives them to the sink once more with a newer snapshot, as the read of an overlap does, in turns with bare
 * transactions that write them again.
 */
export async function readAgain(connection: Connection, table: TableSpec, rowsPerCommit: number): Promise<ReadAgain> {
  const { description, snapshot, rows } = keptRows();
  const { sink, state } = adaptersTo(connection);
  const { workerId, nodeId } = workerOf(BOOT);
  const key = targetKeyOf(table, description);
  await sink.prepare(table, description, key, never);
  await state.saveIntent(intentOf(table, workerId));
  const bare = { ...table, id: `${table.id}Bare`, target: { table: `${table.target.table}Bare` } };
  await sink.prepare(bare, description, key, never);
  const target = harperTable(bare.target.table);
  const fence = { windowId: 'w1', workerId, bootId: BOOT };
  const commit = (part: readonly KeyedRow[], at: Micros, sequence: number): Promise<unknown> =>
    sink.commit(
      {
        table,
        snapshot: at,
        sequence,
        rows: part,
        rejected: [],
        compare: true,
        lateBelow: null,
        fence,
        nodeId,
        record: () => ({ progress: progressOf(table, at) }),
      } satisfies Batch,
      never,
    );
  const put = (part: readonly KeyedRow[], at: Micros, sequence: number): Promise<unknown> => {
    const records = part.map(({ key: id, row }) => ({ ...row, id, _syncedAt: formatInstant(at) }));
    return timed(() =>
      runtime.transaction({ timestamp: Number(at) / 1000 + sequence * 0.001 }, (transaction) => {
        for (const record of records) target.put(record, transaction);
      }),
    );
  };
  const total = { unchangedMs: 0, writingMs: 0 };
  for (const pass of [0, 1, 2, 3]) {
    const at = micros(snapshot + BigInt(pass) * 1_000_000n);
    for (let from = 0, sequence = 0; from < rows.length; from += rowsPerCommit, sequence++) {
      const part = rows.slice(from, from + rowsPerCommit);
      const first = sequence % 2 === 0;
      let unchangedMs = first ? await timed(() => commit(part, at, sequence)) : 0;
      const writingMs = (await put(part, at, sequence)) as number;
      if (!first) unchangedMs = await timed(() => commit(part, at, sequence));
      if (pass === 0) continue;
      total.unchangedMs += unchangedMs;
      total.writingMs += writingMs;
    }
  }
  return total;
}

export async function timed(task: () => Promise<unknown>): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  const started = performance.now();
  await task();
  return performance.now() - started;
}

export function intentOf({ id: tableId }: TableSpec, workerId: string): WindowIntent {
  return {
    tableId,
    request: { windowId: 'w1', kind: 'sweep', range: { from: null, to: null, nulls: 'exclude' } },
    generation: 'g',
    schemaHash: 's',
    epoch: 0,
    workerId,
    bootId: BOOT,
    probe: { token: 't', modifiedAt: '2026-01-01T00:00:00.000000Z', streaming: false },
  };
}

export function progressOf({ id: tableId }: TableSpec, at: Micros): TableProgress {
  const snapshot = formatInstant(at);
  const begun = beginGeneration({ tableId, generation: 'g', epoch: 0 }, 's', false);
  return { ...begun, stage: 'tail', snapshot, nullsDone: true, touched: snapshot };
}
