import { BqsyncError } from '@bqsync/errors';

/** Every failure of a Harper transaction as a {@link BqsyncError}; our own pass through. */
export function commitError(tableId: string, error: unknown): BqsyncError {
  if (error instanceof BqsyncError) return error;
  if (error instanceof Error && error.name === 'AbortError') return aborted(error);
  const why = messageOf(error);
  return new BqsyncError('BQS_TARGET_COMMIT_FAILED', `a commit to table "${tableId}" failed and stored nothing: ${why}`, {
    hint: isRefusal(error)
      ? 'see what the schema of the target asks for'
      : 'it is tried again; see the log of Harper if it goes on failing',
    context: { table: tableId },
    cause: error,
  });
}

/** Harper's answer to records that break the table's declaration; the whole transaction is rejected. */
export function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 400;
}

/** Harper also throws plain objects with a message. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal.reason);
}

function aborted(cause: unknown): BqsyncError {
  return new BqsyncError('BQS_ABORTED', 'stopped on request', { cause });
}
