export { buildData, type DataOptions, type RangeData } from './scenario/build-data.ts';
export { buildScenario, type ScenarioData, type ScenarioOptions } from './scenario/build-scenario.ts';
export { type RecordCounts, type Scenario, type ScenarioName, scenarioNamed, scenarios } from './scenario/scenarios.ts';
export { createFleet, Fleet, type FleetOptions, type VesselRecord } from './fleet/fleet.ts';
export { type Port, PORTS } from './fleet/ports.ts';
export type { Vessel } from './fleet/vessel.ts';
export { VESSEL_TYPES, type VesselTypeName, type VesselTypeProfile } from './fleet/vessel-types.ts';
export type { NavigationStatus, VesselState } from './voyage/vessel-state.ts';
export type { RotationName } from './voyage/rotation.ts';
export { positionRow, positions } from './data/positions.ts';
export { defaultSampling, type PositionSampling, samplingOf } from './data/sampling.ts';
export { type CallFilter, defaultShareOfCalls, portEvents, shareOfCalls } from './data/port-events.ts';
export { metadataRow, metadataSnapshot, metadataUpdates } from './data/vessel-metadata.ts';
export {
  type PortEventRow,
  type PortEventType,
  type RowsByTable,
  TABLE_NAMES,
  type TableName,
  type VesselMetadataRow,
  type VesselPositionRow,
} from './data/rows.ts';
export { type Column, type ColumnType, type TableDefinition, TABLES } from './tables/definitions.ts';
export { type InstantInput, isoMicros, type Micros, type TimeRange, timeRange, toMicros } from './time/micros.ts';
export { type BigQueryConfig, connect } from './writers/bigquery-connection.ts';
export type { TableStats } from './writers/bigquery-tables.ts';
export { bigQueryTarget, type DataTarget, type WriteMode } from './writers/data-target.ts';
export { NdjsonWriter } from './writers/ndjson-writer.ts';
export type { Batch, Row, RowWriter } from './writers/row-writer.ts';
export type { RetryOptions } from './writers/retry.ts';
export type { Confirm, GeneratorConfig, GeneratorStats, TableGenerator } from './generators/table-generator.ts';
export { PortEventsGenerator } from './generators/port-events-generator.ts';
export { VesselMetadataGenerator } from './generators/vessel-metadata-generator.ts';
export { VesselPositionsGenerator } from './generators/vessel-positions-generator.ts';
export type { WriteOptions } from './generators/written-table.ts';
export {
  type GenerateOptions,
  type GenerateResult,
  MultiTableOrchestrator,
  type OrchestratorOptions,
} from './generators/multi-table-orchestrator.ts';
export { type Defect, type DirtyOptions, soil, type SoiledRows } from './dirty/soil.ts';
export { ContinuousRun, type ContinuousOptions, type StepResult } from './continuous/continuous-run.ts';
export { type DataSource, dataOf, describeSource, newRun, requireSame, type RunState, type RunStateStore } from './continuous/run-state.ts';
export { stateFile } from './continuous/state-file.ts';
