import { LIST_PRICES, type TableSpec } from '@bqsync/core';

/** What the prices that are shown leave out, for people. */
export function priceNotes(tables: readonly TableSpec[], locations: readonly string[]): string {
  const own = tables.filter(({ cost }) => cost.usdPerTiB !== undefined || cost.usdPerTiBReadApi !== undefined).length;
  const list = `list prices on demand, $${LIST_PRICES.usdPerTiB} per TiB scanned and $${LIST_PRICES.usdPerTiBReadApi.toFixed(2)} per TiB by the Storage Read API`;
  const which =
    own === 0
      ? list
      : own === tables.length
        ? 'the prices of cost.usdPerTiB'
        : `the prices of cost.usdPerTiB where they are set, else ${list}`;
  const where = [...new Set(locations)].join(', ');
  return `Prices are ${which}. Not in them: network egress where Harper runs outside of ${where === '' ? "the tables' region" : where}. Under editions slots are paid and not bytes: set cost.usdPerTiB to 0.`;
}
