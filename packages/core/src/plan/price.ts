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

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `1 TB, $6.25`: bytes in powers of 1024, as BigQuery bills them. */
export function billText(bytesBilled: number, usd: number): string {
  const at = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytesBilled)) / 10)));
  const size = `${Number((bytesBilled / 1024 ** at).toPrecision(4))} ${UNITS[at] ?? 'B'}`;
  return `${size}, $${usd === 0 || usd >= 0.01 ? usd.toFixed(2) : usd.toPrecision(1)}`;
}
