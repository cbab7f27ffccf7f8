import { MemorySource, type MemorySourceOptions } from '@bqsync/core/memory';
import type { SourceHarness } from '../contract/source-harness.ts';

/** The source of `@bqsync/core/memory`, or a class derived from it, as a contract wants it: in pages of 4 rows and units of 10, or else dealt to streams. */
export function memorySourceHarness(
  Memory: new (options: MemorySourceOptions) => MemorySource = MemorySource,
  streams?: number,
): SourceHarness {
  const source = new Memory({ pageRows: 4, unitRows: 10, ...(streams === undefined ? {} : { streams }) });
  const harness: SourceHarness = {
    source,
    place: { project: 'kit', dataset: 'kit' },
    create: (table, columns, { declaredKey, prunable }) => {
      source.create(table.source.table, columns, { prunable, ...(declaredKey === undefined ? {} : { declaredKey }) });
      return Promise.resolve();
    },
    insert: (table, rows) => {
      source.insert(table.source.table, rows);
      return Promise.resolve();
    },
    scans: () => source.opened.length,
    expireResults: () => source.expireResults(),
    // The server and its client in one: what a client would forget, it never had.
    restart: () => Promise.resolve(harness),
  };
  return harness;
}
