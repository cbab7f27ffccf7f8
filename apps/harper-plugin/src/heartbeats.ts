import type { NodeViews, TableStatus, WriterView } from '@bqsync/core';
import { STATE_TABLES } from '@bqsync/harper';
import { allRows, type HarperRow, numberOf, putAbove } from './harper.ts';
import type { Heartbeat } from './liveness.ts';

const TABLE = STATE_TABLES.node;

type Stored = Record<string, Record<string, WriterView>>;

/** What a node says of a table that it runs. */
export type OwnState = Pick<TableStatus, 'state' | 'stage' | 'lastError'>;

/** What a node last said of itself. */
export interface NodeReport extends Heartbeat {
  readonly nodeId: number;
  readonly threads: number;
  /** What that node has of the other nodes' writing, by table. */
  readonly views: ReadonlyMap<string, NodeViews>;
  /** Of the tables that it runs. */
  readonly states: ReadonlyMap<string, OwnState>;
  readonly version: number;
}

export async function loadNodes(): Promise<NodeReport[]> {
  return (await allRows(TABLE)).map(toReport);
}

/** Stores this node's heartbeat over the one stored as `before`. */
export async function beat(self: Omit<NodeReport, 'version'>, before: NodeReport | undefined): Promise<void> {
  const { node, views, states, ...rest } = self;
  const row = {
    id: node,
    hostname: node,
    ...rest,
    tables: toStored(views),
    states: JSON.parse(JSON.stringify(Object.fromEntries(states))) as unknown,
  };
  await putAbove(TABLE, [row], before?.version ?? 0);
}

function toReport(row: HarperRow): NodeReport {
  return {
    node: String(row['id']),
    bootId: String(row['bootId']),
    heartbeat: numberOf(row, 'heartbeat'),
    nodeId: numberOf(row, 'nodeId'),
    threads: numberOf(row, 'threads'),
    views: fromStored(row['tables']),
    // Nodes of an earlier version say none.
    states: new Map(Object.entries((row['states'] ?? {}) as Record<string, OwnState>)),
    version: numberOf(row, 'version'),
  };
}

function toStored(views: NodeReport['views']): Stored {
  return Object.fromEntries([...views].map(([tableId, writers]) => [tableId, Object.fromEntries(writers)]));
}

function fromStored(stored: unknown): Map<string, NodeViews> {
  return new Map(Object.entries((stored ?? {}) as Stored).map(([tableId, writers]) => [tableId, new Map(Object.entries(writers))]));
}
