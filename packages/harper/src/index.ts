export { createHarperSink, type HarperSinkOptions } from './harper-sink.ts';
export {
  findTable,
  type HarperAttribute,
  type HarperContext,
  type HarperRecord,
  harperRuntime,
  type HarperRuntime,
  type HarperTable,
  type HarperTransaction,
} from './harper-runtime.ts';
export { watchTables } from './harper-internals.ts';
export { writeError } from './map-error.ts';
export { quarantineId } from './quarantine.ts';
export { countTarget, readTarget, type TargetRow } from './read-target.ts';
export { compileRowPlan, cursorInstant, type RowPlan, SYNCED_AT, storedColumns, type StoredColumn, type TargetShape } from './row-plan.ts';
export { DamagedRecord, parseProgress } from './state-records.ts';
export { STATE_SCHEMA, STATE_TABLES } from './state-schema.ts';
export { createHarperStateStore, type HarperStateStoreOptions } from './state-store.ts';
export { primaryKeyFor, targetAttributes, targetGraphql, type TargetName } from './target-table.ts';
