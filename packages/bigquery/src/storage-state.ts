import { type Micros, micros } from '@bqsync/core';
import { count, type TableResource } from './rest.ts';

/** Physical by logical bytes of a table, without what is kept for time travel: at most 1, which is taken where BigQuery does not say. */
export function compressionOf(resource: TableResource): number {
  const physical = count(resource.numTotalPhysicalBytes) - count(resource.numTimeTravelPhysicalBytes);
  const logical = count(resource.numTotalLogicalBytes ?? resource.numBytes);
  return physical > 0 && logical > 0 ? Math.min(1, physical / logical) : 1;
}

const DAY_MICROS = 86_400_000_000n;
/** The longest that may be set. */
const LONGEST_MICROS = DAY_MICROS;
// years-months days hours:minutes:seconds, as https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#interval_type writes it.
const INTERVAL = /^(-?\d+)-(\d+) (-?\d+) (-?)(\d+):(\d+):(\d+)(?:\.\d+)?$/;

/**
 * A table's `maxStaleness` in microseconds, rounded up to a second; 0 without one. What cannot be read counts as the longest that may be set.
 */
export function maxStalenessOf(text: string | undefined): bigint {
  if (text === undefined || text === '') return 0n;
  const match = INTERVAL.exec(text.trim());
  if (!match) return LONGEST_MICROS;
  const [years = 0n, months = 0n, days = 0n] = [match[1], match[2], match[3]].map((part) => BigInt(part ?? '0'));
  const [hours = 0n, minutes = 0n, seconds = 0n] = [match[5], match[6], match[7]].map((part) => BigInt(part ?? '0'));
  const time = (hours * 3600n + minutes * 60n + seconds + (text.includes('.') ? 1n : 0n)) * 1_000_000n;
  const micros = ((years * 12n + months) * 31n + days) * DAY_MICROS + (match[4] === '-' ? -time : time);
  return micros > 0n ? micros : 0n;
}

/**
 * What a query that was made at `createdAt` shows for sure: every row committed before that time. A table with a `maxStaleness` may be
 * answered from as long ago.
 */
export function surelySeen(createdAt: Micros, { maxStaleness }: { readonly maxStaleness: bigint }): Micros {
  return micros(createdAt - maxStaleness);
}
