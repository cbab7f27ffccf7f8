import type { Access, AccessBook } from '../access/access-book.ts';
import type { Behaviour } from '../behaviour.ts';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import type { SnapshotScope } from '../catalog/snapshot-table.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { QueryRunner } from '../jobs/query-runner.ts';
import type { LoadRunner } from '../load/load-runner.ts';
import type { CommitClock } from '../storage/clock.ts';
import type { Commits } from '../storage/commits.ts';
import type { Database } from '../storage/database.ts';

/** What the handlers work with. */
export interface ApiContext {
  readonly database: Database;
  readonly clock: CommitClock;
  readonly commits: Commits;
  readonly catalog: CatalogStore;
  readonly jobs: JobStore;
  readonly queries: QueryRunner;
  readonly loads: LoadRunner;
  readonly defaultLocation: string;
  /** Bytes at which a page of a result, and of `tabledata.list`, ends. */
  readonly resultPageBytes: number;
  readonly tablePageBytes: number;
  /** How long insertAll remembers an insertId. */
  readonly insertIdTtlMs: number;
  /** Who may see what. */
  readonly access: AccessBook;
  /** Ways of the server that last, changed while it runs. */
  readonly behaviour: { current: Behaviour };
  /** How long a read session lives. */
  readonly sessionExpiryMs: number;
  /** Bytes at which a record batch of a read session ends. */
  readonly readBatchBytes: number;
}

/** What a table may be seen as at a time by somebody. */
export function scopeOf({ catalog }: Pick<ApiContext, 'catalog'>, project: string, snapshotMicros: bigint, access: Access): SnapshotScope {
  return {
    defaultProject: project,
    snapshotMicros,
    timeTravelMicros: (owner, dataset) => catalog.timeTravelMicros(owner, dataset),
    access,
  };
}
