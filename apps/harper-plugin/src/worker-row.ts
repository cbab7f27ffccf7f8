import { ConfigError } from '@bqsync/config';
import type { TableStatus } from '@bqsync/core';
import type { BqsyncError } from '@bqsync/errors';
import { STATE_TABLES } from '@bqsync/harper';
import type { Place } from './assignment.ts';
import { allRows, type HarperRow, numberOf, putAbove, rowOf } from './harper.ts';
import type { OwnState } from './heartbeats.ts';

const TABLE = STATE_TABLES.worker;
/** How often counts that grow with each free poll are stored, where nothing else is new. */
const COUNTS_MS = 60_000;

/** What a thread says of itself. */
export interface WorkerReport {
  /** Of the tables that this thread runs or last ran. */
  readonly tables: readonly TableStatus[];
  /** By table: calls of BigQuery's APIs that this thread sent, as the one that runs the table or helps with it. */
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly problem: Problem | undefined;
}

/** Why a thread cannot sync at all, or not as configured. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly issues?: readonly unknown[] | undefined;
}

export function problemOf(error: BqsyncError | Problem): Problem {
  const { code, message, hint } = error;
  const issues = error instanceof ConfigError || 'issues' in error ? error.issues : undefined;
  return { code, message, hint, ...(issues === undefined ? {} : { issues }) };
}

export interface StoredReport extends WorkerReport {
  readonly workerId: string;
  readonly workerIndex: number;
  readonly nodeId: number;
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface WorkerIdentity {
  readonly workerId: string;
  readonly workerIndex: number;
  readonly nodeId: number;
  readonly bootId: string;
}

/**
 * This thread's own row in SyncWorker, which is local to the node: written when its content changes, and the fence against an earlier run of
 * the same worker, which lives on for some seconds after a restart of Harper's threads (rule R9).
 */
export class WorkerRow {
  readonly #identity: WorkerIdentity;
  readonly #startedAt = new Date().toISOString();
  #written: string | undefined;
  #calls = '';
  #writtenAtMs = 0;
  #version = 0;

  constructor(identity: WorkerIdentity) {
    this.#identity = identity;
  }

  /** Takes the row over from whoever had it. */
  async claim(): Promise<void> {
    this.#version = numberOf(await rowOf(TABLE, this.#identity.workerId), 'version');
    await this.#put({ tables: [], apiCalls: {}, problem: undefined });
  }

  /** Whether a later run of this worker has claimed the row. */
  async isTakenOver(): Promise<boolean> {
    const row = await rowOf(TABLE, this.#identity.workerId);
    return row?.['bootId'] !== undefined && row['bootId'] !== this.#identity.bootId;
  }

  /** Stores the report if it says something new. */
  async write(report: WorkerReport): Promise<void> {
    // The time to the next try changes at each look, the calls with each poll.
    const content = JSON.stringify(report, (key, value: unknown) => (key === 'nextTryInMs' || key === 'apiCalls' ? undefined : value));
    const calls = JSON.stringify(report.apiCalls);
    const now = performance.now();
    if (content === this.#written && (calls === this.#calls || now - this.#writtenAtMs < COUNTS_MS)) return;
    await this.#put(report);
    this.#written = content;
    this.#calls = calls;
    this.#writtenAtMs = now;
  }

  async #put(report: WorkerReport): Promise<void> {
    const row = {
      id: this.#identity.workerId,
      ...this.#identity,
      processId: process.pid,
      startedAt: this.#startedAt,
      updatedAt: new Date().toISOString(),
      report: JSON.parse(JSON.stringify(report)) as unknown,
    };
    this.#version = await putAbove(TABLE, [row], this.#version);
  }
}

/** The reports of the threads of this process, in order. Rows of earlier processes and of threads that are no more are left out. */
export async function loadReports(workerCount: number): Promise<StoredReport[]> {
  const rows = await allRows(TABLE);
  return rows
    .filter((row) => row['processId'] === process.pid && numberOf(row, 'workerIndex') < workerCount)
    .map(toReport)
    .sort((a, b) => a.workerIndex - b.workerIndex);
}

/** What the threads have reported of the tables that this node runs, for the other nodes. */
export function ownStates(
  reports: readonly StoredReport[],
  places: ReadonlyMap<string, Place>,
  node: string,
): ReadonlyMap<string, OwnState> {
  const states = new Map<string, OwnState>();
  for (const { workerIndex, tables } of reports) {
    for (const { tableId, state, stage, lastError } of tables) {
      const place = places.get(tableId);
      if (place?.node === node && place.workerIndex === workerIndex) states.set(tableId, { state, stage, lastError });
    }
  }
  return states;
}

function toReport(row: HarperRow): StoredReport {
  const { tables, apiCalls, problem } = row['report'] as WorkerReport;
  return {
    workerId: String(row['workerId']),
    workerIndex: numberOf(row, 'workerIndex'),
    nodeId: numberOf(row, 'nodeId'),
    startedAt: String(row['startedAt']),
    updatedAt: String(row['updatedAt']),
    tables,
    apiCalls,
    problem,
  };
}
