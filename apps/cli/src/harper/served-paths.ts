import { BqsyncError } from '@bqsync/errors';
import { isRecord, type Operations } from './operations.ts';

/** The paths under which Harper serves tables and resources, such as `/PortEvents/`: its own description of its REST interface. */
export async function readServedPaths(operations: Operations): Promise<ReadonlySet<string>> {
  const described = await operations.get('/api/openapi/rest', 'describing the REST interface');
  if (isRecord(described) && isRecord(described['paths'])) return new Set(Object.keys(described['paths']));
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper at ${operations.url} does not say which tables it serves`, {
    hint: "check that --operations names the operations API, not Harper's HTTP interface",
  });
}
