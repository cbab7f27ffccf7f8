import { BqsyncError } from '@bqsync/errors';
import { findTable, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { STATE_TABLES } from './state-schema.ts';

/** A state table; throws `BQS_TARGET_MISSING` by name if the schema was not loaded. */
export function stateTable(runtime: HarperRuntime, database: string, role: keyof typeof STATE_TABLES): HarperTable {
  const name = STATE_TABLES[role];
  const table = findTable(runtime, database, name);
  if (table !== undefined) return table;
  throw new BqsyncError('BQS_TARGET_MISSING', `state table "${database}.${name}" does not exist`, {
    hint: 'load the schema of the state tables (STATE_SCHEMA of @bqsync/harper) with graphqlSchema in config.yaml',
    context: { database, table: name },
  });
}
