import type { Connection } from '@bqsync/bigquery';
import { type Batch, formatInstant, micros, type TableSpec, targetKeyOf } from '@bqsync/core';
import { createHarperSink } from '@bqsync/harper';
import { adaptersTo, harperTable, never, runtime, workerOf } from './adapters.ts';
import { keptRows } from './ready-rows.ts';
import { intentOf, progressOf, timed } from './unchanged-rows.ts';

export interface SmallCommits {
  /** Milliseconds of a commit whose writes are transactions of one record each, on average. */
  readonly singlesMs: number;
  /** Likewise as one transaction, which a replica may drop. */
  readonly oneMs: number;
  /** Bytes of Harper's audit log per commit. */
  readonly singlesLogBytes: number;
  readonly oneLogBytes: number;
}

const BOOT = 'bench-boot';

/** Commits of `rowsPerCommit` new rows each, with progress and checkpoint, as the tail of a table makes them: both ways in turns. */
export async function smallCommits(
  connection: Connection,
  table: TableSpec,
  rowsPerCommit: number,
  commits: number,
): Promise<SmallCommits> {
  const { description, snapshot, rows } = keptRows();
  const { state } = adaptersTo(connection);
  const { workerId, nodeId } = workerOf(BOOT);
  const key = targetKeyOf(table, description);
  const ways = [false, true].map((unsafeCommits) => {
    const name = unsafeCommits ? 'One' : 'Singles';
    const spec = { ...table, id: `${table.id}${name}`, target: { table: `${table.target.table}${name}` } };
    return { spec, sink: createHarperSink({ runtime, unsafeCommits }), ms: 0, logBytes: 0, sequence: 0 };
  });
  for (const { spec, sink } of ways) {
    await sink.prepare(spec, description, key, never);
    await state.saveIntent(intentOf(spec, workerId));
  }
  for (let n = 0; n < commits; n++) {
    const part = rows.slice(0, rowsPerCommit).map((row) => ({ ...row, key: `${row.key}-${String(n)}` }));
    for (const way of n % 2 === 0 ? ways : [...ways].reverse()) {
      const batch: Batch = {
        table: way.spec,
        snapshot: micros(snapshot + BigInt(n) * 1_000_000n),
        sequence: 0,
        rows: part,
        rejected: [],
        compare: true,
        lateBelow: null,
        fence: { windowId: 'w1', workerId, bootId: BOOT },
        nodeId,
        record: () => ({
          progress: progressOf(way.spec, micros(snapshot + BigInt(n))),
          checkpoint: {
            id: `${way.spec.id}_${String(nodeId)}`,
            tableId: way.spec.id,
            nodeId,
            lastTimestamp: null,
            recordsIngested: n,
            lastSyncTime: formatInstant(micros(snapshot)),
            phase: 'steady',
            batchSize: rowsPerCommit,
          },
        }),
      };
      const before = auditBytes(way.spec.target.table);
      way.ms += await timed(() => way.sink.commit(batch, never));
      way.logBytes += auditBytes(way.spec.target.table) - before;
    }
  }
  const [singles, one] = ways;
  if (singles === undefined || one === undefined) throw new Error('there are two ways');
  return {
    singlesMs: singles.ms / commits,
    oneMs: one.ms / commits,
    singlesLogBytes: singles.logBytes / commits,
    oneLogBytes: one.logBytes / commits,
  };
}

interface AuditStore {
  getRange(options: object): Iterable<{ readonly key: unknown; readonly value: { readonly encoded: Uint8Array } | Uint8Array }>;
}

const KEY_BYTES = 8;
let counted: { readonly after: unknown; readonly bytes: number } = { after: 1, bytes: 0 };

/** Bytes of keys and values in the audit log of the database of a table. */
function auditBytes(table: string): number {
  const { auditStore } = harperTable(table) as unknown as { readonly auditStore: AuditStore };
  let after: unknown = counted.after;
  let bytes = counted.bytes;
  for (const { key, value } of auditStore.getRange({ start: after, exclusiveStart: true, snapshot: false })) {
    after = key;
    bytes += KEY_BYTES + ('encoded' in value ? value.encoded : value).byteLength;
  }
  counted = { after, bytes };
  return bytes;
}
