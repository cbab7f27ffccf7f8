import type { SyncEvent, TableSpec } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { QuarantineWatch } from './quarantine-watch.ts';
import { TableCounts } from './table-counts.ts';

const table = { id: 'ports' } as TableSpec;
const started = { type: 'started', tableId: 'ports', resumed: true } as const;
const rejected = (rows: number) =>
  ({ type: 'committed', tableId: 'ports', outcome: { rejected: Array.from({ length: rows }) } }) as unknown as SyncEvent;
const completed = { type: 'window-completed', tableId: 'ports' } as unknown as SyncEvent;

/** A watch over one table, which holds so many rows, and in quarantine so many by each cause. */
function watched() {
  const lines: string[] = [];
  const say =
    (level: string) =>
    (...parts: unknown[]) =>
      void lines.push(`${level} ${parts.join(' ')}`);
  const watch = new QuarantineWatch({ error: say('error'), warn: say('warn'), info: say('info') });
  const held = { rows: 0, causes: {} as Record<string, number> };
  let counted = 0;
  const counts = new TableCounts(
    () => {
      counted++;
      const causes = Object.entries(held.causes).map(([reason, rows]) => ({ reason, column: reason === 'decode' ? undefined : 'n', rows }));
      const rows = causes.reduce((sum, cause) => sum + cause.rows, 0);
      return Promise.resolve({ rows: held.rows, quarantine: { rows, causes } });
    },
    (error) => {
      throw error;
    },
  );
  const look = async (...events: SyncEvent[]): Promise<string[]> => {
    for (const event of events) watch.event(event);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await watch.look([table], counts, () => 'tail');
    return lines.splice(0);
  };
  return { held, look, counted: () => counted };
}

describe('QuarantineWatch', () => {
  it('says once for each cause that a table is degraded, never for each row, and once that it no longer is', async () => {
    const { held, look } = watched();
    Object.assign(held, { rows: 0, causes: { 'key-null': 508 } });
    expect(await look(started, rejected(508))).toEqual([
      'error bqsync ports: degraded: 508 of 508 rows are in quarantine (limit 5); 508 by key-null of column "n"; bqsync audit --table ports shows them',
    ]);
    for (let n = 0; n < 5; n++) expect(await look(rejected(508))).toEqual([]);
    held.causes['decode'] = 1;
    expect(await look(rejected(1))).toEqual([
      'error bqsync ports: degraded: 509 of 509 rows are in quarantine (limit 5); 1 by decode; bqsync audit --table ports shows them',
    ]);
    Object.assign(held, { rows: 509, causes: {} });
    expect(await look(completed)).toEqual(['warn bqsync ports: no longer degraded, 0 of 509 rows are in quarantine (limit 5)']);
    expect(await look(completed)).toEqual([]);
  });

  it('says once of a cause below the limit, and again when it is above', async () => {
    const { held, look } = watched();
    Object.assign(held, { rows: 199, causes: { 'int-overflow': 1 } });
    expect(await look(rejected(1))).toEqual([
      'warn bqsync ports: 1 of 200 rows is in quarantine (limit 2); 1 by int-overflow of column "n"; bqsync audit --table ports shows them',
    ]);
    held.causes['int-overflow'] = 3;
    expect(await look(rejected(2))).toEqual([
      'error bqsync ports: degraded: 3 of 202 rows are in quarantine (limit 2); 3 by int-overflow of column "n"; bqsync audit --table ports shows them',
    ]);
  });

  it('counts nothing where nothing was rejected', async () => {
    const { look, counted } = watched();
    await look(started);
    for (let n = 0; n < 3; n++) expect(await look(rejected(0), completed)).toEqual([]);
    expect(counted()).toBe(1);
  });
});
