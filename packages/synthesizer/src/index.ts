export { buildCounted, buildScenario, type CountedData, type ScenarioData, type ScenarioOptions } from './scenario/build-scenario.ts';
export { type RecordCounts, type Scenario, type ScenarioName, scenarioNamed, scenarios } from './scenario/scenarios.ts';
export { createFleet, Fleet, type FleetOptions, type VesselRecord } from './fleet/fleet.ts';
export { type Port, PORTS } from './fleet/ports.ts';
export type { Vessel } from './fleet/vessel.ts';
export { VESSEL_TYPES, type VesselTypeName, type VesselTypeProfile } from './fleet/vessel-types.ts';
export type { NavigationStatus, VesselState } from './voyage/vessel-state.ts';
export type { RotationName } from './voyage/rotation.ts';
export { defaultSampling, positionRow, positions, type PositionSampling, samplingOf } from './data/positions.ts';
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
