import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { isSet, parseCount } from '../http/values.ts';
import type { WireParameter } from '../sql/contract.ts';
import { type Destination, parseDestination } from './destination.ts';

/** What `configuration.query`, or a `jobs.query` body, asks for. */
export interface QueryRequest {
  readonly text: string;
  readonly parameters: readonly WireParameter[];
  readonly defaultDataset?: { readonly project: string; readonly dataset: string };
  readonly maximumBytesBilled?: number;
  readonly destination?: Destination;
}

/** Keys that change what a query does and that are not there; a value that asks for nothing passes. */
const REFUSED = [
  'tableDefinitions',
  'userDefinedFunctionResources',
  'schemaUpdateOptions',
  'destinationEncryptionConfiguration',
  'scriptOptions',
  'connectionProperties',
  'createSession',
  'continuous',
  'systemVariables',
  'reservation',
  'writeIncrementalResults',
] as const;

/** Keys that are read here or by the caller, or that have no effect on a local server. */
const KNOWN = new Set<string>([
  'query',
  'queryParameters',
  'parameterMode',
  'defaultDataset',
  'maximumBytesBilled',
  'useLegacySql',
  'useQueryCache',
  'priority',
  'allowLargeResults',
  'flattenResults',
  'createDisposition',
  'writeDisposition',
  'preserveNulls',
  'maximumBillingTier',
  'destinationTable',
  'timePartitioning',
  'rangePartitioning',
  'clustering',
  // The Node client sends the size of its own pages along.
  'maxResults',
]);

/** Reads a query configuration; `others` are the keys that the caller reads. */
export function parseQueryRequest(body: Readonly<Record<string, unknown>>, project: string, others: readonly string[] = []): QueryRequest {
  for (const key of REFUSED) {
    if (isSet(body[key])) throw notImplemented(`query option ${key}`);
  }
  for (const [key, value] of Object.entries(body)) {
    if (!KNOWN.has(key) && !others.includes(key) && isSet(value)) throw notImplemented(`query option ${key}`);
  }
  if (body['useLegacySql'] === true) throw notImplemented('legacy SQL (useLegacySql: true)');
  const text = body['query'];
  if (typeof text !== 'string' || text.trim() === '') throw invalid('Required parameter is missing: query', 'query');
  const maximum = body['maximumBytesBilled'];
  return {
    text,
    parameters: parseParameters(body['queryParameters']),
    ...(isSet(body['defaultDataset']) ? { defaultDataset: parseDefaultDataset(body['defaultDataset'], project) } : {}),
    ...(isSet(body['destinationTable']) ? { destination: parseDestination(body, project) } : {}),
    ...(isSet(maximum) ? { maximumBytesBilled: parseCount(maximum, 'maximumBytesBilled') } : {}),
  };
}

function parseParameters(value: unknown): readonly WireParameter[] {
  if (!isSet(value)) return [];
  if (!Array.isArray(value)) throw invalid('queryParameters must be a list', 'queryParameters');
  for (const [index, parameter] of value.entries()) {
    const place = `queryParameters[${index}]`;
    if (!isObject(parameter) || !isObject(parameter['parameterType']) || typeof parameter['parameterType']['type'] !== 'string') {
      throw invalid(`${place} needs a parameterType with a type`, place);
    }
    if (!isObject(parameter['parameterValue'])) throw invalid(`${place} needs a parameterValue`, place);
  }
  return value as readonly WireParameter[];
}

function parseDefaultDataset(value: unknown, project: string): { project: string; dataset: string } {
  const dataset = isObject(value) ? value['datasetId'] : undefined;
  if (!isObject(value) || typeof dataset !== 'string') throw invalid('defaultDataset needs a datasetId', 'defaultDataset');
  return { project: typeof value['projectId'] === 'string' ? value['projectId'] : project, dataset };
}
