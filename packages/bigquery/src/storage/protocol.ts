/** What this package uses of the Storage Read API, as the official client hands it over. https://cloud.google.com/bigquery/docs/reference/storage/rpc */
export interface CreateReadSessionRequest {
  readonly parent: string;
  readonly readSession: {
    readonly table: string;
    readonly dataFormat: 'ARROW';
    readonly tableModifiers?: { readonly snapshotTime: { readonly seconds: number; readonly nanos: number } };
    readonly readOptions: { readonly selectedFields: readonly string[]; readonly rowRestriction: string };
    /** At most 256 bytes. */
    readonly traceId: string;
  };
  readonly maxStreamCount: number;
}

/** 64-bit numbers come as text or as objects of the client; `Number` reads either. */
export interface ReadSessionResource {
  readonly name?: string | null;
  readonly streams?: readonly { readonly name?: string | null }[] | null;
  readonly arrowSchema?: { readonly serializedSchema?: Uint8Array | null } | null;
  readonly estimatedTotalBytesScanned?: unknown;
}

export interface ReadRowsResponse {
  readonly arrowRecordBatch?: { readonly serializedRecordBatch?: Uint8Array | null } | null;
  readonly rowCount?: unknown;
  /** In the first response of a call only. */
  readonly arrowSchema?: { readonly serializedSchema?: Uint8Array | null } | null;
}
