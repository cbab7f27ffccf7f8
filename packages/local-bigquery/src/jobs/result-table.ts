import { createHash } from 'node:crypto';
import type { JobRecord } from './job.ts';

export interface ResultTable {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/** The anonymous table that holds a query's result, by which a read session finds it: the same for a job at any time. */
export function resultTableOf({ project, jobId }: Pick<JobRecord, 'project' | 'jobId'>): ResultTable {
  return { projectId: project, datasetId: `_${digest(project).slice(0, 40)}`, tableId: `anon${digest(`${project}:${jobId}`)}` };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
