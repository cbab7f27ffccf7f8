import { BqsyncError } from '@bqsync/errors';

/** Something that a user should know, once. */
export interface SourceNotice {
  /** Of the table that was being read when it was found. */
  readonly tableId: string;
  readonly message: string;
}

/** After this long the Storage Read API is tried again where it could not be used. */
const RETRY_MS = 10 * 60_000;
/** For so long the same rows under another id mean that the session before did not give them all. */
const SHARED_MS = 60 * 60_000;

// What ends a try of the API. A fault stays with its table but where no table could do better.
const FOR_ALL: ReadonlySet<unknown> = new Set(['UNIMPLEMENTED', 'UNAUTHENTICATED']);
const FOR_TABLE: ReadonlySet<unknown> = new Set([
  'INVALID_ARGUMENT',
  'FAILED_PRECONDITION',
  'NOT_FOUND',
  'OUT_OF_RANGE',
  'PERMISSION_DENIED',
  // A huge table can take longer than there is time for, which says nothing of others.
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
]);
/** Making and reading sessions are permissions on the project, which no table of it can do without. */
const OF_PROJECT = /\breadsessions\.\w+/i;

/** Remembers where the Storage Read API cannot be used, so that rows are read by REST there, and says so once. */
export class Availability {
  readonly #notify: (notice: SourceNotice) => void;
  readonly #now: () => number;
  readonly #until = new Map<string, number>();
  readonly #distrustedUntil = new Map<string, number>();
  readonly #shortUntil = new Map<string, number>();
  readonly #shared = new Map<string, { readonly windowId: string; readonly digest: string; readonly until: number }>();
  readonly #otherColumns = new Map<string, string>();
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

  /** Whether a session over the table itself may be used: not for a while after one had another number of rows than a query. */
  readsTable(tableId: string): boolean {
    return (this.#shortUntil.get(tableId) ?? 0) <= this.#now();
  }

  /**
   * A window is about to be opened. Rows that are asked for under another id shortly after they were spread over several streams were not all
   * given by these: only who reads all streams can tell, and it only asks again.
   */
  noteOpening(tableId: string, windowId: string, digest: string): void {
    const shared = this.#shared.get(tableId);
    if (shared === undefined || shared.windowId === windowId) return;
    this.#shared.delete(tableId);
    if (shared.digest === digest && shared.until > this.#now()) this.noteShort(tableId, 'its streams did not give all rows');
  }

  noteShared(tableId: string, windowId: string, digest: string): void {
    this.#shared.set(tableId, { windowId, digest, until: this.#now() + SHARED_MS });
  }

  /** A session over the table did not have the rows that a query counted. */
  noteShort(tableId: string, what: string): void {
    this.#shortUntil.set(tableId, this.#now() + RETRY_MS);
    this.#say(
      tableId,
      `${tableId}/short`,
      `rows are read by a query instead of a read session over the table, which may miss rows that were streamed lately: ${what}`,
    );
  }

  /** Rows came with other columns than described: the table is described again first, and read by REST where that does not help. */
  noteColumns(tableId: string, described: string, error: Error): void {
    if (this.#otherColumns.get(tableId) === described) this.distrust(tableId, error);
    else this.#otherColumns.set(tableId, described);
  }

  distrust(tableId: string, error: Error): void {
    this.#distrustedUntil.set(tableId, this.#now() + RETRY_MS);
    this.#say(tableId, `${tableId}/corrupt`, byRest(error));
  }

  /** Whether a failure means that rows must be read in another way; if not, the same call may simply be repeated. */
  learn(error: unknown, tableId: string): boolean {
    // A column that is withheld is so in any way.
    if (!(error instanceof BqsyncError) || error.context.column !== undefined) return false;
    const status = error.context.grpc;
    const isOfProject = status === 'PERMISSION_DENIED' && OF_PROJECT.test(error.message);
    const forAll = FOR_ALL.has(status) || isOfProject || error.code === 'BQS_SOURCE_UNAUTHENTICATED';
    if (!forAll && !FOR_TABLE.has(status)) return false;
    const scope = forAll ? '*' : tableId;
    this.#until.set(scope, this.#now() + RETRY_MS);
    this.#say(tableId, `${scope}/${String(status)}`, byRest(error));
    return true;
  }

  #say(tableId: string, about: string, message: string): void {
    if (this.#said.has(about)) return;
    this.#said.add(about);
    this.#notify({ tableId, message });
  }
}

function byRest(error: Error): string {
  return `rows are read by REST instead of the Storage Read API, which costs more: ${error.message}`;
}
