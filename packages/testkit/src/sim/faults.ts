import type { ErrorCode } from '@bqsync/errors';
import type { SimProcess } from './sim-process.ts';

/** Where in its work a process may die. */
export const CRASH_POINTS = [
  'during-planning',
  'during-schema-change',
  'before-open',
  'after-open',
  'before-read',
  'mid-page',
  'before-commit',
  'mid-commit',
  'after-commit',
  'mid-handover',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export type SourceCall = 'describe' | 'outline' | 'open' | 'read';

interface SourceFault {
  /** The calls that it may meet. */
  readonly calls: readonly SourceCall[];
  /** What the engine is told; absent: it is told nothing. */
  readonly code?: ErrorCode;
  /** What happens in the source all the same: the job runs, its id is burnt, the result is gone, or it answers with what it knew before. */
  readonly effect?: 'runs' | 'burns' | 'expires' | 'stale';
  readonly delayMs?: number;
  readonly retryAfterMs?: number;
}

const ANY: readonly SourceCall[] = ['describe', 'outline', 'open', 'read'];

/** How a source may fail, under the names that a summary shows. */
export const SOURCE_FAULTS = {
  'rate-limited-429': { calls: ANY, code: 'BQS_SOURCE_RATE_LIMITED', retryAfterMs: 2000 },
  'rate-limited-403': { calls: ANY, code: 'BQS_SOURCE_RATE_LIMITED' },
  'quota-403': { calls: ANY, code: 'BQS_SOURCE_QUOTA_EXCEEDED' },
  'internal-500': { calls: ANY, code: 'BQS_SOURCE_UNAVAILABLE' },
  'gateway-502': { calls: ANY, code: 'BQS_SOURCE_UNAVAILABLE' },
  'unavailable-503': { calls: ANY, code: 'BQS_SOURCE_UNAVAILABLE', retryAfterMs: 1000 },
  'gateway-timeout-504': { calls: ANY, code: 'BQS_SOURCE_UNAVAILABLE', delayMs: 1500 },
  timeout: { calls: ANY, code: 'BQS_SOURCE_UNREACHABLE', delayMs: 10_000 },
  'reset-mid-page': { calls: ['read'], code: 'BQS_SOURCE_UNREACHABLE' },
  'truncated-json': { calls: ['open', 'read'], code: 'BQS_SOURCE_PROTOCOL' },
  'answer-lost': { calls: ['open'], code: 'BQS_SOURCE_UNREACHABLE', effect: 'runs' },
  'job-failed': { calls: ['open'], code: 'BQS_SOURCE_JOB_FAILED', effect: 'burns' },
  'result-expired': { calls: ['read'], code: 'BQS_SOURCE_WINDOW_EXPIRED', effect: 'expires' },
  'session-expired': { calls: ['open', 'read'], code: 'BQS_SOURCE_WINDOW_EXPIRED', effect: 'expires' },
  'stale-metadata': { calls: ['describe'], effect: 'stale' },
  'stale-snapshot': { calls: ['open'], effect: 'stale' },
} as const satisfies Record<string, SourceFault>;
export type SourceFaultName = keyof typeof SOURCE_FAULTS;
export const SOURCE_FAULT_NAMES = Object.keys(SOURCE_FAULTS) as SourceFaultName[];

export function sourceFault(name: SourceFaultName): SourceFault {
  return SOURCE_FAULTS[name];
}

/** Told of where processes are; answers with what shall go wrong there. */
export interface Mischief {
  /** The process may be dead when this returns. */
  reach(point: CrashPoint, thread: SimProcess): void;
  fault(call: SourceCall): SourceFaultName | undefined;
}
