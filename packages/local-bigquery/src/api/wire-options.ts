import { notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import type { WireFormat } from '../rows/wire-sql.ts';

/** How timestamps are to be written, from a query string (`formatOptions.useInt64Timestamp=true`). */
export function formatOfQuery(query: URLSearchParams): WireFormat {
  return wireFormat(
    query.get('formatOptions.useInt64Timestamp')?.toLowerCase() === 'true',
    query.get('formatOptions.timestampOutputFormat'),
  );
}

/** The same from a body's `formatOptions`. */
export function formatOfBody(options: unknown): WireFormat {
  if (!isObject(options)) return { int64Timestamps: false };
  const { useInt64Timestamp, timestampOutputFormat } = options;
  return wireFormat(
    useInt64Timestamp === true || (typeof useInt64Timestamp === 'string' && useInt64Timestamp.toLowerCase() === 'true'),
    typeof timestampOutputFormat === 'string' ? timestampOutputFormat : null,
  );
}

function wireFormat(int64: boolean, outputFormat: string | null): WireFormat {
  switch (outputFormat) {
    case null:
    case '':
    case 'TIMESTAMP_OUTPUT_FORMAT_UNSPECIFIED':
      return { int64Timestamps: int64 };
    case 'INT64':
      return { int64Timestamps: true };
    case 'FLOAT64':
      return { int64Timestamps: false };
    default:
      throw notImplemented(`timestampOutputFormat ${outputFormat}`);
  }
}
