import type { TableSpec, WindowRequest } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { conditions } from '@bqsync/query';
import type { BigQueryDescription } from './describe.ts';
import type { QueryJob } from './job.ts';
import type { Apis } from './meter.ts';
import type { ResultLimit } from './result-limit.ts';
import type { Sight } from './sight.ts';
import type { Availability } from './storage/availability.ts';
import type { SessionSchemas } from './storage/session-schemas.ts';

/** What opening windows goes by, for all tables of a source. */
export interface Windows extends Apis {
  readonly projectId: string;
  readonly availability: Availability;
  readonly sight: Sight;
  readonly resultLimit: ResultLimit;
  readonly schemas: SessionSchemas;
  /** For a session to be made. */
  readonly sessionTimeoutMs: number;
  /** Tables of which a session was made, so that more of them need no trial. */
  readonly permitted: Set<string>;
  /** Rows from which `auto` reads by the Storage Read API. */
  readonly storageRows: number;
  /** The table as it is now. */
  describe(table: TableSpec, signal: AbortSignal): Promise<BigQueryDescription>;
}

/** A window to be opened. */
export interface Opening {
  readonly table: TableSpec;
  readonly description: BigQueryDescription;
  readonly request: WindowRequest;
  /** The query whose result the window's rows are, under the window's id. */
  readonly query: QueryJob;
  /** Whether rows are numbered among identical ones, which only a query does. */
  readonly ordinal: boolean;
}

/** The conditions whose rows together are the window's: a read session takes one. */
export function restrictionsOf({ query, table, description }: Opening): readonly (string | undefined)[] {
  const { selection } = query;
  if (selection === undefined) throw new BqsyncError('BQS_INTERNAL', `the window of ${table.id} has no selection`);
  return conditions({ ...selection, requiredFilter: description.requiredFilter });
}
