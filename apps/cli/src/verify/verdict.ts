/** A row that is not as it should be. */
export interface Example {
  readonly kind: 'missing' | 'extra' | 'different' | 'pending' | 'quarantined';
  readonly key: string;
  /** Of a different row: what differs, as text cut to some length. */
  readonly fields?: readonly { readonly name: string; readonly source: string; readonly target: string }[] | undefined;
  readonly reason?: string | undefined;
}

/**
 * The comparison of one table, by rows of the source:
 * `applied + quarantined + duplicates + excluded + pending + missing + different = source`.
 */
export interface Verdict {
  readonly table: string;
  /** Nothing missing, extra or different of what this account may see. */
  readonly exact: boolean;
  /** Whether rows or values may be withheld from this account, so that it is exact only as this account may see it. */
  readonly filtered: boolean;
  /** BigQuery's time of what was compared. */
  readonly snapshot: string;
  readonly source: number;
  /** Rows of the target. */
  readonly target: number;
  readonly applied: number;
  /** Rows that cannot be stored. */
  readonly quarantined: number;
  /** Rows beyond the first of each key. */
  readonly duplicates: number;
  /** Rows below the configured start. */
  readonly excluded: number;
  /** Rows that the plugin has yet to read. */
  readonly pending: number;
  readonly missing: number;
  readonly different: number;
  /** Rows of the target that the source does not have. */
  readonly extra: number;
  /** Rows of the target that were written from a newer snapshot than the one compared. */
  readonly newer: number;
  /** How it was compared. */
  readonly method: string;
  /** What the plugin must have applied. */
  readonly coverage: string;
  readonly examples: readonly Example[];
  readonly notices: readonly string[];
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  /** Of `bytesBilled`, what the Storage Read API read, which costs less. */
  readonly bytesByReadApi: number;
  /** US dollars, at the table's prices. */
  readonly usd: number;
}
