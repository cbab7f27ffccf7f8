import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import { readRecords, type TableRecord } from '../harper/progress.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import type { Disturbance } from './schedule.ts';

export type KillPlan = Extract<Disturbance, { readonly kind: 'kill' }>;

/** What a kill of a table's owner met. */
export interface OwnerKill {
  readonly node: string;
  readonly table: string;
  /** How the table is read. */
  readonly aim: KillPlan['aim'];
  readonly recovery: KillPlan['recovery'];
  /** Of the window in hand, by the records of the owner milliseconds before. */
  readonly windowKind: string | null;
  readonly rowsDone: number;
  readonly totalRows: number;
  readonly openWindow: boolean;
  /** Some rows of the window were committed, and it was not complete. */
  readonly midWindow: boolean;
}

const POLL_MS = 15;
const PATIENCE_MS = 180_000;
/** The start of a window is over once so much of it is done. */
const STARTED = 0.1;

/** Waits for the moment aimed at in the backfill of the plan's table and kills the node that runs it. */
export async function killOwner(cluster: Cluster, plan: KillPlan, signal: AbortSignal): Promise<{ kill: OwnerKill; node: ClusterNode }> {
  const { node, record } = await untilAimed(cluster, plan, signal);
  await node.kill();
  const { window, opening } = record;
  const rowsDone = window?.rowsDone ?? 0;
  const totalRows = window?.totalRows ?? plan.table.initialRows;
  return {
    node,
    kill: {
      node: node.name,
      table: plan.table.id,
      aim: plan.aim,
      recovery: plan.recovery,
      windowKind: window?.kind ?? null,
      rowsDone,
      totalRows,
      openWindow: window !== undefined || opening !== undefined,
      midWindow: window !== undefined && rowsDone > 0 && rowsDone < totalRows,
    },
  };
}

interface Aimed {
  readonly node: ClusterNode;
  readonly record: TableRecord;
}

async function untilAimed(cluster: Cluster, plan: KillPlan, signal: AbortSignal): Promise<Aimed> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const node = await cluster.ownerOf(plan.table.id);
    if (node !== undefined) {
      const record = await untilDue(node, plan, startedAt, signal);
      if (record !== undefined) return { node, record };
    }
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new BqsyncError('BQS_INTERNAL', `the backfill of ${plan.table.id} was not seen for ${PATIENCE_MS / 1000} s`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Follows the table on one node for a second: it may move to another. */
async function untilDue(node: ClusterNode, plan: KillPlan, startedAt: number, signal: AbortSignal): Promise<TableRecord | undefined> {
  const until = performance.now() + 1_000;
  for (;;) {
    const [record] = await readRecords(node.harper, { tableIds: [plan.table.id], node: node.name });
    if (record !== undefined && isDue(record, plan)) return record;
    const now = performance.now();
    if (now > until || now - startedAt > PATIENCE_MS) return undefined;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** A window that was complete before it was seen is as good as its end. */
function isDue({ window, opening, completedWindowId }: TableRecord, { aim, depth }: KillPlan): boolean {
  if (completedWindowId !== null) return true;
  if (window === undefined) return aim === 'start' && opening !== undefined;
  const reached = window.totalRows === 0 ? 1 : window.rowsDone / window.totalRows;
  return aim === 'start' ? reached < STARTED || window.rowsDone > 0 : reached >= depth;
}
