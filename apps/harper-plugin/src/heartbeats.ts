import type { NodeReturn, NodeViews, TableStatus, WriterView } from '@bqsync/core';
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
  /** This run of the node, and what it had when it last said so in the run before; undefined in a node's first run. */
  readonly life: NodeLife;
  readonly had: ReadonlyMap<string, NodeViews> | undefined;
  /** Of the tables that it runs. */
  readonly states: ReadonlyMap<string, OwnState>;
  readonly version: number;
}

/** A process: threads that are started again within it are of the same life. */
export interface NodeLife {
  readonly processId: number;
  /** By the wall clock, in seconds. */
  readonly startedAt: number;
}

/** Clocks may be set while a process lives. */
const SAME_START_S = 10;

export function currentLife(): NodeLife {
  return { processId: process.pid, startedAt: Math.round(Date.now() / 1000 - process.uptime()) };
}

export function isSameLife(a: NodeLife, b: NodeLife): boolean {
  return a.processId === b.processId && Math.abs(a.startedAt - b.startedAt) < SAME_START_S;
}

/** What a node had before it went away, if it ever did. */
export function returnOf({ life, had }: NodeReport, tableId: string): NodeReturn | undefined {
  return had && { life: `${life.processId}.${life.startedAt}`, had: had.get(tableId) ?? new Map() };
}

export async function loadNodes(): Promise<NodeReport[]> {
  return (await allRows(TABLE)).map(toReport);
}

/** Stores this node's heartbeat over the one stored as `before`. */
export async function beat(self: Omit<NodeReport, 'version'>, before: NodeReport | undefined): Promise<void> {
  const { node, views, had, states, ...rest } = self;
  const row = {
    id: node,
    hostname: node,
    ...rest,
    tables: toStored(views),
    had: had === undefined ? null : toStored(had),
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
    life: (row['life'] ?? { processId: 0, startedAt: 0 }) as NodeLife,
    had: row['had'] == null ? undefined : fromStored(row['had']),
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
