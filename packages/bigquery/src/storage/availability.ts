import { BqsyncError } from '@bqsync/errors';

/** Something that a user should know, once. */
export interface SourceNotice {
  /** Of the table that was being read when it was found. */
  readonly tableId: string;
  readonly message: string;
}

/** After this long the Storage Read API is tried again where it could not be used. */
const RETRY_MS = 10 * 60_000;

// What ends a try of the API for all tables, for the table, or only for now.
const FOR_ALL: ReadonlySet<unknown> = new Set([
  'PERMISSION_DENIED',
  'UNIMPLEMENTED',
  'UNAUTHENTICATED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
]);
const FOR_TABLE: ReadonlySet<unknown> = new Set(['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'NOT_FOUND', 'OUT_OF_RANGE']);

/** Remembers where the Storage Read API cannot be used, so that rows are read by REST there, and says so once. */
export class Availability {
  readonly #notify: (notice: SourceNotice) => void;
  readonly #now: () => number;
  readonly #until = new Map<string, number>();
  readonly #distrustedUntil = new Map<string, number>();
  readonly #said = new Set<string>();

  /** `now`: milliseconds that never step back. */
  constructor(notify: (notice: SourceNotice) => void, now: () => number) {
    this.#notify = notify;
    this.#now = now;
  }

  has(tableId: string): boolean {
    return ['*', tableId].every((scope) => (this.#until.get(scope) ?? 0) <= this.#now());
  }

  /** Whether what the API sent of a table could be made out; if not, REST must be used for a while whatever is configured, so that the table goes on. */
  trusts(tableId: string): boolean {
    return (this.#distrustedUntil.get(tableId) ?? 0) <= this.#now();
  }

  distrust(tableId: string, error: Error): void {
    this.#distrustedUntil.set(tableId, this.#now() + RETRY_MS);
    this.#say(tableId, `${tableId}/corrupt`, error);
  }

  /** Whether a failure means that rows must be read in another way; if not, the same call may simply be repeated. */
  learn(error: unknown, tableId: string): boolean {
    if (!(error instanceof BqsyncError)) return false;
    const status = error.context.grpc;
    const forAll = FOR_ALL.has(status) || error.code === 'BQS_SOURCE_UNAUTHENTICATED';
    if (!forAll && !FOR_TABLE.has(status)) return false;
    const scope = forAll ? '*' : tableId;
    this.#until.set(scope, this.#now() + RETRY_MS);
    this.#say(tableId, `${scope}/${String(status)}`, error);
    return true;
  }

  #say(tableId: string, about: string, error: Error): void {
    if (this.#said.has(about)) return;
    this.#said.add(about);
    this.#notify({ tableId, message: `rows are read by REST instead of the Storage Read API, which costs more: ${error.message}` });
  }
}
