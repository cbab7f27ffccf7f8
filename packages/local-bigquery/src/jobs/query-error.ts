import { ApiError, type ErrorProto } from '../http/api-error.ts';
import { SqlError } from '../sql/contract.ts';
import type { Job } from './job.ts';

/** Any fault of a query in the form of BigQuery's. */
export function queryError(error: unknown, job?: Job): ErrorProto {
  if (job?.stopReason !== undefined) return { reason: 'stopped', message: job.stopReason };
  if (error instanceof ApiError) return error.toProto();
  if (error instanceof SqlError) return { reason: 'invalidQuery', location: 'query', message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const [line = text] = text.split('\n', 1);
  if (/^(Conversion|Out of Range|Invalid Input|Constraint|Mismatch Type) Error/.test(line)) {
    return { reason: 'invalidQuery', location: 'query', message: line };
  }
  if (/^Out of Memory Error/.test(line))
    return { reason: 'resourcesExceeded', message: `Resources exceeded during query execution: ${line}` };
  return { reason: 'invalidQuery', location: 'query', message: `The local BigQuery cannot run this statement: ${line}` };
}
