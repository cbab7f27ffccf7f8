import type { TableStatus } from '@bqsync/core';
import type { Action } from './wishes.ts';
import type { Problem, StoredReport } from './worker-row.ts';

/** The answer to `GET /SyncControl`. */
export interface SyncStatus {
  readonly node: string;
  /** What is wrong with the configuration; absent when nothing is. */
  readonly problem?: Problem | undefined;
  /** What was last asked for all tables together. */
  readonly desired: Action;
  /** In the order configured. */
  readonly tables: readonly TableView[];
  /** The threads of this node. */
  readonly workers: readonly WorkerView[];
  /** The nodes that have ever run here; empty until the first heartbeat. */
  readonly nodes: readonly { readonly node: string; readonly nodeId: number; readonly threads: number; readonly live: boolean }[];
}

export interface TableView extends Partial<Omit<TableStatus, 'state'>> {
  readonly tableId: string;
  readonly desired: Action;
  /** Where it runs; the thread is known for this node's tables only. */
  readonly node: string | undefined;
  readonly workerIndex: number | undefined;
  /** As in `TableStatus`; `starting` until its thread has said anything, `elsewhere` if another node runs it. */
  readonly state: TableStatus['state'] | 'starting' | 'elsewhere';
}

export interface WorkerView {
  readonly workerId: string;
  readonly workerIndex: number;
  readonly nodeId: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly tables: readonly { readonly tableId: string; readonly state: string; readonly lastError?: TableStatus['lastError'] }[];
  readonly problem?: Problem | undefined;
}

export interface StatusParts {
  readonly node: string;
  readonly problem: Problem | undefined;
  readonly tableIds: readonly string[];
  readonly desired: { readonly all: Action; of(tableId: string): Action };
  readonly places: ReadonlyMap<string, { readonly node: string; readonly workerIndex: number | undefined }>;
  readonly reports: readonly StoredReport[];
  readonly nodes: SyncStatus['nodes'];
}

/** Puts together what the threads and nodes have said. */
export function statusView(parts: StatusParts): SyncStatus {
  return {
    node: parts.node,
    problem: parts.problem,
    desired: parts.desired.all,
    tables: parts.tableIds.map((tableId) => tableView(tableId, parts)),
    workers: parts.reports.map(({ tables, ...worker }) => ({
      ...worker,
      tables: tables.map(({ tableId, state, lastError }) => ({ tableId, state, lastError })),
    })),
    nodes: parts.nodes.map(({ node, nodeId, threads, live }) => ({ node, nodeId, threads, live })),
  };
}

function tableView(tableId: string, { node, places, reports, desired }: StatusParts): TableView {
  const place = places.get(tableId);
  const found = reports
    .flatMap((report) => report.tables.map((status) => ({ status, workerIndex: report.workerIndex })))
    .filter(({ status }) => status.tableId === tableId)
    // While a table moves, its former thread may still finish a step: the one that runs it says more.
    .sort((a, b) => Number(b.workerIndex === place?.workerIndex) - Number(a.workerIndex === place?.workerIndex))[0];
  const base = { tableId, desired: desired.of(tableId), node: place?.node, workerIndex: place?.workerIndex };
  if (place !== undefined && place.node !== node) return { ...base, state: 'elsewhere' };
  if (found === undefined) return { ...base, state: 'starting' };
  // Of all threads of this node: those that help read pages, too.
  const apiCalls = reports.reduce((sum, report) => sum + (report.apiCalls[tableId] ?? 0), 0);
  return { ...base, ...found.status, apiCalls };
}
