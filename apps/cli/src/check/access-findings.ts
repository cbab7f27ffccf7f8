import type { AccessProblem, BigQueryDescription, BigQuerySource } from '@bqsync/bigquery';
import type { TableSpec } from '@bqsync/core';
import type { Finding } from './finding.ts';

/** What lacks is so for all tables of a location. */
const known = new WeakMap<BigQuerySource, Map<string, Promise<AccessProblem | undefined>>>();

/** Whether this account may do what reading takes. Free: it reads no table. */
export async function accessFindings(
  source: BigQuerySource,
  table: TableSpec,
  description: BigQueryDescription,
  signal: AbortSignal,
): Promise<Finding[]> {
  const byLocation = known.get(source) ?? new Map<string, Promise<AccessProblem | undefined>>();
  known.set(source, byLocation);
  const asked = byLocation.get(description.location) ?? source.access(table, description, signal);
  byLocation.set(description.location, asked);
  const problem = await asked;
  const api = table.read?.api ?? 'auto';
  if (problem === undefined) return [];
  const { doing, permission, error } = problem;
  const isNeeded = doing === 'run queries' || api === 'storage';
  if (!isNeeded && api === 'rest') return [];
  const message =
    permission === undefined
      ? `this account cannot ${doing}: ${error.message}`
      : `the permission ${permission} lacks: this account cannot ${doing}`;
  return [
    {
      level: isNeeded ? 'error' : 'warning',
      table: table.id,
      check: 'access',
      message: isNeeded ? message : `${message}; rows are read by queries and over REST instead, which costs more`,
      fix: error.hint,
      ...(isNeeded ? { code: error.code } : {}),
    },
  ];
}
