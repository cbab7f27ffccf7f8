import { ERROR_CODES, EXIT_CODES, type ErrorCode } from './codes.ts';

export interface BqsyncErrorOptions {
  /** What to do about it, in one sentence for the person who reads it. */
  readonly hint?: string | undefined;
  /** The place: table, column, field, job, … Never a credential. */
  readonly context?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly cause?: unknown;
  /** Overrides the registry where one answer of a vendor is known to be final or temporary. */
  readonly retryable?: boolean | undefined;
  /** How long the other side asked to wait before the next try, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error class of bqsync. `code` is from {@link ERROR_CODES}; `retryable` says whether the same call may succeed
 * later by itself; `exitCode` is what a command ends with.
 *
 * @example
 * throw new BqsyncError('BQS_TARGET_MISSING', 'table "ports" does not exist', { hint: 'create it, or set createTables: true' });
 */
export class BqsyncError extends Error {
  override readonly name = 'BqsyncError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  readonly context: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: BqsyncErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable;
    this.hint = options.hint;
    this.context = options.context ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }

  get exitCode(): number {
    return EXIT_CODES[ERROR_CODES[this.code].group];
  }

  /** What may be shown and stored: no stack, no cause. */
  toJSON(): { code: ErrorCode; message: string; retryable: boolean; hint?: string; context: Record<string, unknown> } {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      context: { ...this.context },
    };
  }
}

/** An error as a {@link BqsyncError}: itself, an abort as `BQS_ABORTED`, anything else as `BQS_INTERNAL` with the original as cause. */
export function toBqsyncError(error: unknown): BqsyncError {
  if (error instanceof BqsyncError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new BqsyncError('BQS_ABORTED', 'stopped on request', { cause: error });
  return new BqsyncError('BQS_INTERNAL', error instanceof Error ? error.message : String(error), { cause: error });
}
