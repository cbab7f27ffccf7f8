import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BqsyncError } from '@bqsync/errors';
import { allRows, type HarperRow, numberOf, putAbove, removeRow, rowOf } from './harper.ts';

const TABLE = 'SyncRequest';
const POLL_MS = 100;
/** An answered request that nobody has fetched is dropped after this. */
const KEPT_MS = 60_000;

/** Something to be done once, by whichever thread of whichever node owns the table. */
export interface ResyncRequest {
  readonly id: string;
  readonly tableId: string;
  /** Absent: every row. */
  readonly from: string | undefined;
}

export type Outcome =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly error: unknown }
  /** Still to be done: the owner is busy, or not there. */
  | { readonly status: 'pending' };

/** Stores a request and waits for its owner's answer, which arrives when the request is durable in the table's own state. */
export async function askForResync(tableId: string, from: string | undefined, timeoutMs: number): Promise<Outcome> {
  const id = randomUUID();
  const row = { id, action: 'resync', tableId, from: from ?? null, requestedAt: new Date().toISOString(), status: 'pending', error: null };
  await putAbove(TABLE, [row], 0);
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const answer = await rowOf(TABLE, id);
    if (answer?.['status'] === 'done' || answer?.['status'] === 'refused') {
      await removeRow(TABLE, id);
      return answer['status'] === 'done' ? { status: 'done' } : { status: 'refused', error: answer['error'] };
    }
    await sleep(POLL_MS);
  }
  return { status: 'pending' };
}

/** The requests still to be done. Drops answers that nobody waits for any more. */
export async function pendingRequests(): Promise<ResyncRequest[]> {
  const pending: ResyncRequest[] = [];
  for (const row of await allRows(TABLE)) {
    if (row['status'] === 'pending') pending.push(toRequest(row));
    else if (Date.now() - numberOf(row, 'version') > KEPT_MS) await removeRow(TABLE, String(row['id']));
  }
  return pending;
}

/** Answers a request: done, or refused with an error. */
export async function answerRequest({ id }: ResyncRequest, error: BqsyncError | undefined): Promise<void> {
  const row = await rowOf(TABLE, id);
  if (row === undefined) return;
  const { tableId, from } = toRequest(row);
  await putAbove(
    TABLE,
    [
      {
        id,
        action: 'resync',
        tableId,
        from: from ?? null,
        requestedAt: row['requestedAt'],
        status: error === undefined ? 'done' : 'refused',
        error: error?.toJSON() ?? null,
      },
    ],
    numberOf(row, 'version'),
  );
}

function toRequest(row: HarperRow): ResyncRequest {
  return { id: String(row['id']), tableId: String(row['tableId']), from: typeof row['from'] === 'string' ? row['from'] : undefined };
}
