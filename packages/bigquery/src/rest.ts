/** What this package reads of BigQuery's REST resources. Numbers of 64 bits are text on the wire. https://cloud.google.com/bigquery/docs/reference/rest */
export interface TableResource {
  readonly type?: string;
  readonly etag?: string;
  readonly location?: string;
  readonly creationTime?: string;
  readonly lastModifiedTime?: string;
  readonly numRows?: string;
  readonly numBytes?: string;
  readonly numTotalLogicalBytes?: string;
  readonly numTotalPhysicalBytes?: string;
  readonly numTimeTravelPhysicalBytes?: string;
  /** An INTERVAL as text. */
  readonly maxStaleness?: string;
  readonly schema?: { readonly fields?: readonly FieldResource[] };
  readonly streamingBuffer?: { readonly estimatedRows?: string; readonly estimatedBytes?: string; readonly oldestEntryTime?: string };
  readonly timePartitioning?: { readonly type?: string; readonly field?: string; readonly requirePartitionFilter?: boolean };
  readonly rangePartitioning?: { readonly field?: string };
  readonly requirePartitionFilter?: boolean;
  readonly clustering?: { readonly fields?: readonly string[] };
  readonly tableConstraints?: { readonly primaryKey?: { readonly columns?: readonly string[] } };
}

export interface FieldResource {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly fields?: readonly FieldResource[];
  readonly rangeElementType?: { readonly type?: string };
  readonly timestampPrecision?: string;
  readonly policyTags?: { readonly names?: readonly string[] };
  readonly dataPolicies?: readonly { readonly name?: string }[];
}

export interface JobResource {
  readonly status?: { readonly state?: string; readonly errorResult?: { readonly reason?: string; readonly message?: string } };
  readonly configuration?: {
    readonly query?: {
      readonly query?: string;
      /** Of a finished query: where its result is. */
      readonly destinationTable?: { readonly projectId?: string; readonly datasetId?: string; readonly tableId?: string };
    };
  };
  readonly statistics?: {
    readonly creationTime?: string;
    readonly totalBytesProcessed?: string;
    readonly rowLevelSecurityStatistics?: { readonly rowLevelSecurityApplied?: boolean };
    readonly dataMaskingStatistics?: { readonly dataMaskingApplied?: boolean };
    readonly query?: { readonly totalBytesProcessed?: string; readonly totalBytesBilled?: string };
  };
}

export interface ResultsResource {
  readonly jobComplete?: boolean;
  readonly totalRows?: string;
  readonly rows?: readonly unknown[];
  readonly schema?: { readonly fields?: readonly FieldResource[] };
}

/** A 64-bit count, which is far below 2^53 for rows and bytes; 0 if absent. */
export function count(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}
