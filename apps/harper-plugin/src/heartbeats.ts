import type { TableProgress } from '@bqsync/core';
import { allRows, type HarperRow, numberOf, putAbove } from './harper.ts';
import type { Heartbeat } from './liveness.ts';

const TABLE = 'SyncNode';

/** What a node last said of itself. */
export interface NodeReport extends Heartbeat {
  readonly nodeId: number;
  readonly threads: number;
  /** Progress of each table as that node sees it, replicated progress of other nodes included. */
  readonly progress: ReadonlyMap<string, TableProgress>;
  readonly version: number;
}

export async function loadNodes(): Promise<NodeReport[]> {
  return (await allRows(TABLE)).map(toReport);
}

/** Stores this node's heartbeat over the one stored as `before`. */
export async function beat(self: Omit<NodeReport, 'version'>, before: NodeReport | undefined): Promise<void> {
  const { node, progress, ...rest } = self;
  await putAbove(TABLE, [{ id: node, hostname: node, ...rest, tables: Object.fromEntries(progress) }], before?.version ?? 0);
}

function toReport(row: HarperRow): NodeReport {
  return {
    node: String(row['id']),
    bootId: String(row['bootId']),
    heartbeat: numberOf(row, 'heartbeat'),
    nodeId: numberOf(row, 'nodeId'),
    threads: numberOf(row, 'threads'),
    progress: new Map(Object.entries((row['tables'] ?? {}) as Record<string, TableProgress>)),
    version: numberOf(row, 'version'),
  };
}
