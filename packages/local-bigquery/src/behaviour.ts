import { invalid } from './http/api-error.ts';
import { isObject } from './http/body.ts';

/** Ways of the real BigQuery that last, where a fault is of single calls. All can be changed while the server runs. */
export interface Behaviour {
  /** How long rows of insertAll count as in the streaming buffer. Default 0. */
  readonly streamingBufferMs: number;
  /** Whether read sessions see rows that are in the streaming buffer; BigQuery promises neither. Default `missing`. */
  readonly streamingBufferReads: 'missing' | 'readable';
  /** How old `numRows`, `numBytes`, `lastModifiedTime` and `streamingBuffer` of `tables.get` are. Default 0. */
  readonly metadataLagMs: number;
  /** Whether each `tables.get` shows another etag though nothing changed. Default false. */
  readonly etagChanges: boolean;
  /** How long after its commit time a row of insertAll becomes visible, as those of a pending stream do. Default 0. */
  readonly commitVisibilityMs: number;
  /** The largest result that a query without a destination table may have. Default 10 GB. */
  readonly resultMaxBytes: number;
  /** Whether a job outside of the US and the EU is found only by a call that names its location. Default false. */
  readonly jobLocationRequired: boolean;
  /** Added to the server's clock, for partitions that expire. Default 0. */
  readonly clockOffsetMs: number;
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  streamingBufferMs: 0,
  streamingBufferReads: 'missing',
  metadataLagMs: 0,
  etagChanges: false,
  commitVisibilityMs: 0,
  resultMaxBytes: 10_000_000_000,
  jobLocationRequired: false,
  clockOffsetMs: 0,
};

/** A behaviour with some of its settings changed; throws `invalid`, naming the key, for what is none. */
export function changedBehaviour(before: Behaviour, change: unknown): Behaviour {
  if (!isObject(change)) throw invalid('A behaviour must be a JSON object', 'behaviour');
  for (const [key, value] of Object.entries(change)) {
    if (!Object.hasOwn(DEFAULT_BEHAVIOUR, key))
      throw invalid(`There is no behaviour "${key}"; there are ${Object.keys(DEFAULT_BEHAVIOUR).join(', ')}`, key);
    const wanted = DEFAULT_BEHAVIOUR[key as keyof Behaviour];
    const fits =
      key === 'streamingBufferReads'
        ? value === 'missing' || value === 'readable'
        : typeof value === typeof wanted && !(typeof value === 'number' && (!Number.isFinite(value) || value < 0));
    if (!fits) throw invalid(`Invalid value ${JSON.stringify(value)} for the behaviour ${key}`, key);
  }
  return { ...before, ...change };
}
