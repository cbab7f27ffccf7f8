import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { parseLabels } from '../http/values.ts';

/** Keys that BigQuery fills in itself: a client that sends back what it read means nothing by them. */
const OUTPUT_KEYS = new Set([
  'kind',
  'projectId',
  'etag',
  'id',
  'selfLink',
  'type',
  'creationTime',
  'lastModifiedTime',
  'numRows',
  'numBytes',
  'numLongTermBytes',
  'numTotalLogicalBytes',
  'numActiveLogicalBytes',
  'streamingBuffer',
  'satisfiesPzs',
]);

/** Refuses keys of a resource that ask for something that is not there. */
export function refuseUnknown(body: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, what: string): void {
  for (const [key, value] of Object.entries(body)) {
    if (!known.has(key) && !OUTPUT_KEYS.has(key) && value !== undefined && value !== null) throw notImplemented(`${what} property ${key}`);
  }
}

interface Annotations {
  readonly description?: string;
  readonly friendlyName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Description, name and labels of a resource: as sent, else as before; an explicit null removes. */
export function annotations(body: Readonly<Record<string, unknown>>, before: Annotations = {}): Annotations {
  const description = textOf(body, 'description', before.description);
  const friendlyName = textOf(body, 'friendlyName', before.friendlyName);
  const labels = body['labels'] === undefined ? before.labels : mergeLabels(body['labels'], before.labels);
  return {
    ...(description === undefined ? {} : { description }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function textOf(body: Readonly<Record<string, unknown>>, key: string, before: string | undefined): string | undefined {
  const value = body[key];
  if (value === undefined) return before;
  if (value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`${key} must be text`, key);
  return value;
}

function mergeLabels(labels: unknown, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  if (labels === null) return {};
  if (!isObject(labels)) throw invalid('labels must be an object', 'labels');
  const kept = Object.entries(before).filter(([key]) => labels[key] !== null);
  const added = Object.entries(labels).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(kept), ...parseLabels(Object.fromEntries(added)) };
}

/** Milliseconds since 1970 as text, from microseconds. */
export function millisText(micros: bigint | string): string {
  return String(BigInt(micros) / 1000n);
}
