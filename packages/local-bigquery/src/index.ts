export type { AccessSettings, Principal } from './access/access-book.ts';
export type { MaskingRule } from './access/masking.ts';
export type { Behaviour } from './behaviour.ts';
export type { Interceptor } from './http/server.ts';
export type { Call, Reply } from './http/router.ts';
export type { RowsRead, StorageReadTotals, UsageReport, UsageTotals } from './jobs/usage.ts';
export type { FaultReport } from './faults/fault-book.ts';
export type { FaultSpec, ReadMethod } from './faults/fault-spec.ts';
export { type Faults, type LocalBigQuery, type LocalBigQueryOptions, startLocalBigQuery } from './start.ts';
