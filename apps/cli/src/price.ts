import { MINIMUM_BYTES_BILLED } from '@bqsync/core';

/** On-demand price of a tebibyte scanned, in US dollars (cloud.google.com/bigquery/pricing). */
const USD_PER_TIB = 6.25;

/** What on-demand billing takes for bytes that are billed. */
export function usdOf(billedBytes: number): number {
  return (billedBytes / 2 ** 40) * USD_PER_TIB;
}

/** The price of a query that scans this much: at least the minimum is billed. */
export function billedBytesOf(scannedBytes: number): number {
  return Math.max(scannedBytes, MINIMUM_BYTES_BILLED);
}
