import type { Billed } from '../ports/source.ts';
import type { CostOptions } from '../ports/table-spec.ts';

/** List prices on demand in the US multi-region, in US dollars per TiB (cloud.google.com/bigquery/pricing). */
export const LIST_PRICES = { usdPerTiB: 6.25, usdPerTiBReadApi: 1.1 } as const;
const TIB = 2 ** 40;

/** The prices of a table; absent: {@link LIST_PRICES}. */
export type Prices = Pick<CostOptions, 'usdPerTiB' | 'usdPerTiBReadApi'>;

/**
 * An estimate in US dollars, at a table's prices: what a free tier changes is not in it, nor network egress, which Google bills beside it where
 * rows leave the table's region. Under editions slots are paid and bytes are not: `usdPerTiB` is then 0.
 */
export function usdOf({ bytesBilled, bytesByReadApi = 0 }: Billed, prices: Prices = {}): number {
  const { usdPerTiB = LIST_PRICES.usdPerTiB, usdPerTiBReadApi = LIST_PRICES.usdPerTiBReadApi } = prices;
  return ((bytesBilled - bytesByReadApi) / TIB) * usdPerTiB + (bytesByReadApi / TIB) * usdPerTiBReadApi;
}
