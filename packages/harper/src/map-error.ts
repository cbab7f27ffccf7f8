import { BqsyncError } from '@bqsync/errors';
import { freeStorage } from './harper-internals.ts';
import { isStorageFailure, plainMessage } from './storage-failure.ts';

/** A write that failed with less space than this left failed for want of it. */
const FULL_BYTES = 64 * 1024 * 1024;

/** Every failure of a Harper transaction as a {@link BqsyncError}; our own pass through. */
export function commitError(tableId: string, error: unknown): BqsyncError {
  return writeError(`a commit to table "${tableId}" failed and stored nothing`, error, { table: tableId });
}

/** {@link commitError} of a write of another kind: `what` is the beginning of the message. */
export function writeError(what: string, error: unknown, context: Readonly<Record<string, string>> = {}): BqsyncError {
  if (error instanceof BqsyncError) return error;
  if (error instanceof Error && error.name === 'AbortError') return aborted(error);
  return new BqsyncError('BQS_TARGET_COMMIT_FAILED', `${what}: ${messageOf(error)}`, { hint: hintOf(error), context, cause: error });
}

function hintOf(error: unknown): string {
  if (isRefusal(error)) return 'see what the schema of the target asks for';
  if (!isStorageFailure(error)) return 'it is tried again; see the log of Harper if it keeps failing';
  const remedy = fullStorage() === undefined ? 'check the disk' : 'free space there';
  return `${remedy}: bqsync resumes by itself; restart Harper then, as it refuses all other writes of this thread until it is restarted`;
}

/** Harper's answer to records that break the table's declaration; the whole transaction is rejected. */
export function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 400;
}

/** Why something failed. What failed in Harper's storage it says in words that name no cause. */
export function messageOf(error: unknown): string {
  const message = plainMessage(error);
  if (!isStorageFailure(error)) return message;
  const full = fullStorage();
  if (full !== undefined) return `the disk of Harper is full: ${megabytes(full.bytes)} MB are free at ${full.path} (${message})`;
  return `the storage of Harper does not write (${message})`;
}

function fullStorage(): ReturnType<typeof freeStorage> {
  const free = freeStorage();
  return free !== undefined && free.bytes < FULL_BYTES ? free : undefined;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal.reason);
}

function aborted(cause: unknown): BqsyncError {
  return new BqsyncError('BQS_ABORTED', 'stopped on request', { cause });
}
