import type { QuarantineLimits, TableStatus } from '@bqsync/core';
import type { OwnState } from './heartbeats.ts';
import { judgeQuarantine, type QuarantineView } from './quarantine-health.ts';
import type { TableCount } from './table-counts.ts';
import { VERSION } from './version.ts';
import type { Action } from './wishes.ts';
import type { Problem, StoredReport } from './worker-row.ts';

/** The answer to `GET /SyncControl`. */
export interface SyncStatus {
  readonly node: string;
  /** Of the plugin. */
  readonly version: string;
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
  /**
   * `degraded` if it runs and more of its rows are in quarantine than allowed, else as in `TableStatus`; `starting` until its thread has said
   * anything, `elsewhere` if another node runs it.
   */
  readonly state: TableStatus['state'] | 'degraded' | 'starting' | 'elsewhere';
  /** What runs it says, be the table degraded or not. */
  readonly engineState?: TableStatus['state'] | undefined;
  /** Of a table that another node runs: what that node last said, and whether it is degraded by what this node has. */
  readonly elsewhere?:
    | { readonly state: TableView['state'] | undefined; readonly stage: TableStatus['stage']; readonly lastError: TableStatus['lastError'] }
    | undefined;
  /** Rows in Harper on this node, counted; undefined while they are being counted for the first time, or without a target. */
  readonly rows: number | undefined;
  /** Rows in quarantine, however often each was rejected. */
  readonly quarantined: number | undefined;
  readonly quarantine: Omit<QuarantineView, 'rows'> | undefined;
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
  readonly tables: readonly { readonly id: string; readonly quarantine?: QuarantineLimits | undefined }[];
  /** By table, as far as they are known. */
  readonly counts: ReadonlyMap<string, TableCount>;
  readonly desired: { readonly all: Action; of(tableId: string): Action };
  readonly places: ReadonlyMap<string, { readonly node: string; readonly workerIndex: number | undefined }>;
  readonly reports: readonly StoredReport[];
  readonly nodes: readonly (SyncStatus['nodes'][number] & { readonly states: ReadonlyMap<string, OwnState> })[];
}

/** Puts together what the threads and nodes have said. */
export function statusView(parts: StatusParts): SyncStatus {
  return {
    node: parts.node,
    version: VERSION,
    problem: parts.problem,
    desired: parts.desired.all,
    tables: parts.tables.map((table) => tableView(table, parts)),
    workers: parts.reports.map(({ tables, ...worker }) => ({
      ...worker,
      tables: tables.map(({ tableId, state, lastError }) => ({ tableId, state, lastError })),
    })),
    nodes: parts.nodes.map(({ node, nodeId, threads, live }) => ({ node, nodeId, threads, live })),
  };
}

function tableView({ id: tableId, quarantine: limits }: StatusParts['tables'][number], parts: StatusParts): TableView {
  const { node, places, reports, desired, counts, nodes } = parts;
  const place = places.get(tableId);
  const found = reports
    .flatMap((report) => report.tables.map((status) => ({ status, workerIndex: report.workerIndex })))
    .filter(({ status }) => status.tableId === tableId)
    // While a table moves, its former thread may still finish a step: the one that runs it says more.
    .sort((a, b) => Number(b.workerIndex === place?.workerIndex) - Number(a.workerIndex === place?.workerIndex))[0];
  const isElsewhere = place !== undefined && place.node !== node;
  const said = isElsewhere ? nodes.find((each) => each.node === place.node)?.states.get(tableId) : found?.status;
  const count = counts.get(tableId);
  const view = count && judgeQuarantine(count, limits, said?.stage);
  const base = {
    tableId,
    desired: desired.of(tableId),
    node: place?.node,
    workerIndex: place?.workerIndex,
    rows: count?.rows,
    quarantined: view?.rows,
    quarantine: view && { limit: view.limit, degraded: view.degraded, causes: view.causes },
  };
  const state = said && stateOf(said.state, view);
  if (isElsewhere) return { ...base, state: 'elsewhere', elsewhere: { state, stage: said?.stage, lastError: said?.lastError } };
  if (found === undefined || state === undefined) return { ...base, state: 'starting' };
  const { counters } = found.status;
  return {
    ...base,
    ...found.status,
    state,
    engineState: found.status.state,
    // The engine counts rejections: a row that is read again counts again.
    counters: counters && view ? { ...counters, quarantined: view.rows } : counters,
    // Of all threads of this node: those that help read pages, too.
    apiCalls: reports.reduce((sum, report) => sum + (report.apiCalls[tableId] ?? 0), 0),
  };
}

/** What is worse than degraded stays as it is. */
function stateOf(state: TableStatus['state'], quarantine: QuarantineView | undefined): TableStatus['state'] | 'degraded' {
  return quarantine?.degraded === true && (state === 'caught-up' || state === 'syncing') ? 'degraded' : state;
}
