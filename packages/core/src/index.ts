export type { Clock } from './ports/clock.ts';
export type { Membership, NodeViews } from './ports/membership.ts';
export type { RepairedRange, RepairOutcome, RepairRequest, RepairSettlement } from './ports/repair.ts';
export type { Column, ColumnType, CursorType, RejectedRow, Row, Value } from './ports/row.ts';
export type { Batch, CommitOutcome, CommitRecords, Fence, KeyedRow, PreparedTarget, Sink, TargetKey } from './ports/sink.ts';
export type {
  Billed,
  CursorRange,
  OpenWindow,
  Outline,
  OutlinePart,
  Page,
  Probe,
  Source,
  TableDescription,
  Unit,
  WindowKind,
  WindowRequest,
} from './ports/source.ts';
export type {
  Checkpoint,
  Counters,
  Heard,
  InstantText,
  Phase,
  SeenProbe,
  StateStore,
  TableProgress,
  UnitProgress,
  WindowIntent,
  WindowProgress,
  WriterView,
} from './ports/state.ts';
export type { CostOptions, QuarantineLimits, ReadOptions, SyncOptions, TableSpec } from './ports/table-spec.ts';
export type { SyncEvent, Telemetry } from './ports/telemetry.ts';
export { type Micros, micros } from './ports/time.ts';
export { cursorText, formatInstant, parseInstant } from './plan/instant.ts';
export { compileCanonical, compileExact, writeValue } from './identity/canonical.ts';
export { generationOf, schemaHashOf, targetKeyOf } from './identity/generation.ts';
export { compileKey, type KeyBuilder, type KeyResult, sampleOf } from './identity/key.ts';
export { MINIMUM_BYTES_BILLED } from './plan/budget.ts';
export { type Command, decide, type Observation } from './plan/decide.ts';
export { holderOf, ownerOf, spreadOver } from './plan/ownership.ts';
export { type ReadsPerDay, readsPerDay } from './plan/pace.ts';
export { billText, LIST_PRICES, type Prices, usdOf } from './plan/price.ts';
export { beginGeneration, watermarkOf } from './plan/progress.ts';
export { rangeCovers, rangeHolds } from './plan/range.ts';
export { DEFAULT_RETRY, type RetryPolicy } from './plan/retry.ts';
export { DEFAULT_SYNC, tableSpec, type TableSpecInput } from './plan/table-spec.ts';
export { meet, openWriting, type Standing, takeUp, viewOf } from './plan/takeover.ts';
export { isUnitDone, isUnitMoved, type Share } from './plan/units.ts';
export { type RowVersion, type Verdict, verdictOf } from './plan/verdict.ts';
export { BACKFILL_LIMITS, planBackfill, type WindowLimits } from './plan/windows.ts';
export { SharedState, type SharedStateOptions } from './run/shared-state.ts';
export type { EngineState, TableStatus } from './run/status.ts';
export { type SyncAllOptions, syncAll, type TableResult } from './run/sync-all.ts';
export { type OrchestratorOptions, SyncOrchestrator } from './run/sync-orchestrator.ts';
export { systemClock } from './run/system-clock.ts';
export type { StepResult } from './run/table-stepper.ts';
export { type EngineOptions, TableSyncEngine } from './run/table-sync-engine.ts';
export { type HelperOptions, type HelperResult, UnitHelper } from './run/unit-helper.ts';
export type { Worker } from './run/worker.ts';
