import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

interface Namespace {
  nested?: Record<string, Namespace>;
}

const READ_SERVICE = 'google.cloud.bigquery.storage.v1.BigQueryRead';

/** The Storage Read API as Google's client ships it; the older versions and all other APIs in the file are left out. */
export function readService(): ServiceDefinition {
  const path = createRequire(import.meta.url).resolve('@google-cloud/bigquery-storage/build/protos/protos.json');
  const root = JSON.parse(readFileSync(path, 'utf8')) as Namespace;
  const storage = root.nested?.['google']?.nested?.['cloud']?.nested?.['bigquery']?.nested?.['storage'];
  if (storage?.nested) storage.nested = Object.fromEntries(Object.entries(storage.nested).filter(([name]) => name === 'v1'));
  const definitions = fromJSON(root, { longs: String, enums: String, defaults: true, oneofs: true });
  const service = definitions[READ_SERVICE];
  if (!service || 'format' in service) throw new TypeError(`${path} does not define ${READ_SERVICE}`);
  return service;
}
