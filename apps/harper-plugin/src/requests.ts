import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BqsyncError } from '@bqsync/errors';
import { STATE_TABLES } from '@bqsync/harper';
import { allRows, type HarperRow, numberOf, putAbove, removeRow, rowOf } from './harper.ts';

const TABLE = STATE_TABLES.request;
const POLL_MS = 100;
/** An answered request that nobody has fetched is dropped after this. */
const KEPT_MS = 600_000;

/** A range of the timestamp column, as it is asked for: instants as text, null where there is no bound. */
export interface RangeText {
  readonly from: string | null;
  readonly to: string | null;
  readonly nulls: 'include' | 'exclude' | 'only';
}

/** What may be asked to be done once, by whichever thread of whichever node owns the table. */
export type Task =
  /** `from` absent: every row. */
  | { readonly action: 'resync'; readonly tableId: string; readonly from: string | undefined }
  /** `maxDeletes` absent: nothing is deleted. */
  | { readonly action: 'repair'; readonly tableId: string; readonly ranges: readonly RangeText[]; readonly maxDeletes: number | undefined };

export interface Request {
  readonly id: string;
  readonly task: Task;
}

export type Answer =
  | { readonly status: 'done'; readonly outcome: unknown }
  | { readonly status: 'refused'; readonly error: unknown }
  /** Still to be done: the owner is busy, or not there. */
  | { readonly status: 'pending' };

/** Stores a request; {@link answerTo} tells what became of it. */
export async function ask(task: Task): Promise<string> {
  const id = randomUUID();
  await putAbove(
    TABLE,
    [{ ...rowOfTask(id, task), requestedAt: new Date().toISOString(), status: 'pending', error: null, outcome: null }],
    0,
  );
  return id;
}

/** Waits for the answer to a request, and drops the request with it. Undefined: there is no such request. */
export async function answerTo(id: string, timeoutMs: number): Promise<Answer | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const row = await rowOf(TABLE, id);
    if (row === undefined) return undefined;
    if (row['status'] === 'done' || row['status'] === 'refused') {
      await removeRow(TABLE, id);
      return row['status'] === 'done' ? { status: 'done', outcome: row['outcome'] } : { status: 'refused', error: row['error'] };
    }
    if (performance.now() >= deadline) return { status: 'pending' };
    await sleep(POLL_MS);
  }
}

/** Takes a request back. What its owner has begun it finishes. */
export async function withdraw(id: string): Promise<void> {
  await removeRow(TABLE, id);
}

/** The requests still to be done. Drops answers that nobody waits for any more. */
export async function pendingRequests(): Promise<Request[]> {
  const pending: Request[] = [];
  for (const row of await allRows(TABLE)) {
    if (row['status'] === 'pending') pending.push({ id: String(row['id']), task: taskOf(row) });
    else if (Date.now() - numberOf(row, 'version') > KEPT_MS) await removeRow(TABLE, String(row['id']));
  }
  return pending;
}

/** Answers a request: done, or refused with an error. */
export async function answerRequest(
  { id, task }: Request,
  answer: { readonly error?: BqsyncError | undefined; readonly outcome?: unknown },
): Promise<void> {
  const row = await rowOf(TABLE, id);
  if (row === undefined) return;
  const { error, outcome } = answer;
  const answered = {
    ...rowOfTask(id, task),
    requestedAt: row['requestedAt'],
    status: error === undefined ? 'done' : 'refused',
    error: error?.toJSON() ?? null,
    outcome: outcome ?? null,
  };
  await putAbove(TABLE, [answered], numberOf(row, 'version'));
}

function rowOfTask(id: string, task: Task): Record<string, unknown> {
  const { action, tableId } = task;
  if (action === 'resync') return { id, action, tableId, from: task.from ?? null };
  // Put again as they came from Harper, they must be plain.
  const ranges = task.ranges.map(({ from, to, nulls }) => ({ from, to, nulls }));
  return { id, action, tableId, from: null, ranges, maxDeletes: task.maxDeletes ?? null };
}

function taskOf(row: HarperRow): Task {
  const tableId = String(row['tableId']);
  if (row['action'] !== 'repair') return { action: 'resync', tableId, from: textOf(row['from']) };
  // A damaged request repairs nothing, rather than stop every other.
  const stored = Array.isArray(row['ranges']) ? (row['ranges'] as readonly RangeText[]) : [];
  const ranges = stored.map(({ from, to, nulls }) => ({ from: from ?? null, to: to ?? null, nulls }));
  return { action: 'repair', tableId, ranges, maxDeletes: typeof row['maxDeletes'] === 'number' ? row['maxDeletes'] : undefined };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
