import { strict as assert } from 'node:assert';
import { BqsyncError, type ErrorCode } from '@bqsync/errors';

/** Fails unless the work is refused with a `BqsyncError`, of one of these codes if any are named. */
export async function refuses(work: () => Promise<unknown>, codes: readonly ErrorCode[], message: string): Promise<BqsyncError> {
  const error = await work().then(
    () => undefined,
    (caught: unknown) => (caught instanceof Error ? caught : new Error(`${typeof caught} was thrown`)),
  );
  assert.ok(error !== undefined, `${message}: no error was thrown`);
  if (!(error instanceof BqsyncError)) assert.fail(`${message}: not a BqsyncError but ${error.name}: ${error.message}`);
  if (codes.length > 0) assert.ok(codes.includes(error.code), `${message}: ${error.code} instead of ${codes.join(' or ')}`);
  return error;
}
