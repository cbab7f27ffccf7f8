/** List prices on demand in the US multi-region, in US dollars a tebibyte (cloud.google.com/bigquery/pricing). */
const USD_PER_TIB = { query: 6.25, readApi: 1.1 } as const;
const TIB = 2 ** 40;

/** What was billed, and how much of it as read by the Storage Read API instead of scanned by queries. */
export interface Billed {
  readonly bytesBilled: number;
  readonly bytesByReadApi?: number | undefined;
}

/** An estimate in US dollars, at list prices: what a free tier, a discount, capacity pricing or another region changes is not in it. */
export function usdOf({ bytesBilled, bytesByReadApi = 0 }: Billed): number {
  return ((bytesBilled - bytesByReadApi) / TIB) * USD_PER_TIB.query + (bytesByReadApi / TIB) * USD_PER_TIB.readApi;
}
