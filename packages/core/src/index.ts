export type { CostOptions, SyncOptions, TableSpec } from './ports/table-spec.ts';
export { type Micros, micros } from './ports/time.ts';
