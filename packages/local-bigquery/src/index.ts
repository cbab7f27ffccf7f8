export type { Interceptor } from './http/server.ts';
export type { Call, Reply } from './http/router.ts';
export type { StorageReadTotals, UsageReport, UsageTotals } from './jobs/usage.ts';
export { type LocalBigQuery, type LocalBigQueryOptions, startLocalBigQuery } from './start.ts';
