export type { AccessProblem } from './access.ts';
export { type Connection, createBigQueryClient, type Credentials } from './connection.ts';
export type { Checksums, DayChecksum, FoundRows } from './checksums.ts';
export type { Count } from './count.ts';
export type { BigQueryDescription } from './describe.ts';
export type { PartitionUnit } from './layout.ts';
export type { SourceNotice } from './storage/availability.ts';
export { type SourceWait, waitText } from './storage/timeouts.ts';
export { type BigQuerySource, type BigQuerySourceOptions, createBigQuerySource, type Estimate } from './source.ts';
