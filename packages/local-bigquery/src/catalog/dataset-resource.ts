import { createHash } from 'node:crypto';
import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { parseCount } from '../http/values.ts';
import { type DatasetRecord, datasetKey } from './records.ts';
import { annotations, millisText, refuseUnknown } from './resource-fields.ts';

const KNOWN = new Set([
  'datasetReference',
  'location',
  'description',
  'friendlyName',
  'labels',
  'maxTimeTravelHours',
  'defaultTableExpirationMs',
  'defaultPartitionExpirationMs',
  // There is no authorisation by dataset, so what a client sends back of it means nothing here.
  'access',
  'isCaseInsensitive',
  'storageBillingModel',
]);

/** Reads the body of `datasets.insert`. */
export function newDatasetRecord(
  body: Readonly<Record<string, unknown>>,
  project: string,
  defaultLocation: string,
  micros: bigint,
): DatasetRecord {
  refuseUnknown(body, KNOWN, 'dataset');
  const reference = body['datasetReference'];
  const dataset = isObject(reference) ? reference['datasetId'] : undefined;
  if (typeof dataset !== 'string' || !/^[A-Za-z0-9_]{1,1024}$/.test(dataset)) {
    throw invalid(
      `Invalid dataset ID "${String(dataset)}". Dataset IDs must be alphanumeric (plus underscores) and at most 1024 characters long.`,
      'datasetId',
    );
  }
  const location = body['location'];
  return {
    project,
    dataset,
    location: typeof location === 'string' && location !== '' ? location : defaultLocation,
    ...annotations(body),
    ...dataOptions(body),
    createdMicros: String(micros),
    modifiedMicros: String(micros),
  };
}

type DataOptions = Pick<DatasetRecord, 'maxTimeTravelHours' | 'defaultTableExpirationMs' | 'defaultPartitionExpirationMs'>;

/** Options for the dataset's tables: as sent, else as before; an explicit null removes. */
function dataOptions(body: Readonly<Record<string, unknown>>, before: DataOptions = {}): DataOptions {
  if (body['isCaseInsensitive'] === true) throw notImplemented('a dataset whose names ignore case (isCaseInsensitive)');
  const kept: Record<string, string> = {};
  for (const key of ['maxTimeTravelHours', 'defaultTableExpirationMs', 'defaultPartitionExpirationMs'] as const) {
    const value = body[key] === undefined ? before[key] : body[key];
    if (value !== undefined && value !== null) kept[key] = String(parseCount(value, key));
  }
  const hours = kept['maxTimeTravelHours'];
  if (hours !== undefined && (Number(hours) < 48 || Number(hours) > 168 || Number(hours) % 24 !== 0))
    throw invalid(`maxTimeTravelHours must be from 48 to 168 and a multiple of 24, not ${hours}`, 'maxTimeTravelHours');
  return kept;
}

/** The record after `datasets.patch`. */
export function patchedDatasetRecord(record: DatasetRecord, body: Readonly<Record<string, unknown>>, micros: bigint): DatasetRecord {
  refuseUnknown(body, KNOWN, 'dataset');
  const { project, dataset, location, createdMicros } = record;
  const moved = body['location'];
  if (typeof moved === 'string' && moved.toLowerCase() !== location.toLowerCase())
    throw invalid(`Dataset ${datasetKey(project, dataset)} cannot be moved to ${moved}`, 'location');
  return {
    project,
    dataset,
    location,
    createdMicros,
    ...annotations(body, record),
    ...dataOptions(body, record),
    modifiedMicros: String(micros),
  };
}

export function datasetResource(record: DatasetRecord, origin: string): Record<string, unknown> {
  const { project, dataset } = record;
  return {
    kind: 'bigquery#dataset',
    etag: etagOf(record),
    id: datasetKey(project, dataset),
    selfLink: `${origin}/bigquery/v2/projects/${project}/datasets/${dataset}`,
    datasetReference: { projectId: project, datasetId: dataset },
    location: record.location,
    ...annotations({}, record),
    creationTime: millisText(record.createdMicros),
    lastModifiedTime: millisText(record.modifiedMicros),
    ...dataOptions({}, record),
    type: 'DEFAULT',
  };
}

/** A tag that changes with what it is made of. */
export function etagOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
