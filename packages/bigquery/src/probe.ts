import { createHash } from 'node:crypto';
import { type Micros, micros, type Probe } from '@bqsync/core';
import { count, type FieldResource, type TableResource } from './rest.ts';

/**
 * What tells whether a table may have changed. Its `etag` is no sign of that: it may differ for the same rows and columns, and a poll of an
 * unchanged table must stay free.
 */
export function probeOf(resource: TableResource): Probe {
  const buffer = resource.streamingBuffer;
  return {
    token: [
      resource.lastModifiedTime ?? '',
      resource.numRows ?? '',
      resource.numBytes ?? '',
      buffer === undefined ? '' : `${buffer.oldestEntryTime ?? ''}+${buffer.estimatedRows ?? ''}+${buffer.estimatedBytes ?? ''}`,
      columnsDigest(resource.schema?.fields ?? []),
    ].join('/'),
    modifiedAt: microsOfMillis(resource.lastModifiedTime),
    streaming: buffer !== undefined,
    rowCount: count(resource.numRows),
    bytes: count(resource.numBytes),
  };
}

export function microsOfMillis(text: string | undefined): Micros {
  return micros(BigInt(text ?? '0') * 1000n);
}

/** Differs where columns, their types or what hides their values differ; the order of keys in the answer and descriptions do not count. */
function columnsDigest(fields: readonly FieldResource[]): string {
  return createHash('sha256')
    .update(JSON.stringify(fields.map(shapeOf)))
    .digest('base64url')
    .slice(0, 12);
}

function shapeOf(field: FieldResource): readonly unknown[] {
  const { name, type, mode = 'NULLABLE', fields = [], rangeElementType, timestampPrecision, policyTags, dataPolicies = [] } = field;
  const hidden = [[...(policyTags?.names ?? [])].sort(), dataPolicies.map((policy) => policy.name ?? '').sort()];
  return [name, type, mode, fields.map(shapeOf), rangeElementType?.type ?? null, timestampPrecision ?? null, hidden];
}
