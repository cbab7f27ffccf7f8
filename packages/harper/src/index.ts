export { countQuarantined, type QuarantineCause, type QuarantineCount } from './count-quarantined.ts';
export { createHarperSink, type HarperSinkOptions } from './harper-sink.ts';
export {
  DEFAULT_DATABASE,
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
export { indexReplica } from './index-replica.ts';
export { writeError } from './map-error.ts';
export { quarantineId } from './quarantine.ts';
export { countTarget, readTarget, type TargetRow } from './read-target.ts';
export { compileRowPlan, cursorInstant, type RowPlan, SYNCED_AT, storedColumns, type StoredColumn, type TargetShape } from './row-plan.ts';
export { DamagedRecord, parseProgress } from './state-records.ts';
export { isStateTable, STATE_SCHEMA, STATE_TABLES } from './state-schema.ts';
export { createHarperStateStore, type HarperStateStoreOptions } from './state-store.ts';
export { VERSION_STEP_MS, versionOfNow } from './version.ts';
export { declareTarget, type TargetDeclaration, targetTypeNames } from './target-declaration.ts';
export { targetGraphql } from './target-graphql.ts';
export { primaryKeyFor, targetAttributes, type TargetName } from './target-table.ts';
