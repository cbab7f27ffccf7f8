export type { Clock } from './ports/clock.ts';
export type { Column, ColumnType, CursorType, RejectedRow, Row, Value } from './ports/row.ts';
export type { Batch, CommitOutcome, Fence, KeyedRow, PreparedTarget, Sink, TargetKey } from './ports/sink.ts';
export type {
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
  InstantText,
  Phase,
  SeenProbe,
  StateStore,
  TableProgress,
  WindowIntent,
  WindowProgress,
} from './ports/state.ts';
export type { CostOptions, SyncOptions, TableSpec } from './ports/table-spec.ts';
export type { SyncEvent, Telemetry } from './ports/telemetry.ts';
export { type Micros, micros } from './ports/time.ts';
export { cursorText, formatInstant, parseInstant } from './plan/instant.ts';
