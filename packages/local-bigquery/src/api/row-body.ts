/** JSON text of an answer whose rows are JSON text already; without rows there is no such key, as in BigQuery. */
export function joinRows(head: Readonly<Record<string, unknown>>, rows: readonly string[]): string {
  const text = JSON.stringify(head);
  return rows.length === 0 ? text : `${text.slice(0, -1)},"rows":[${rows.join(',')}]}`;
}
