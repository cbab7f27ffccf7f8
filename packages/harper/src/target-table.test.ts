import type { TableSpec } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import type { HarperRuntime, HarperTable } from './harper-runtime.ts';
import { addMissingAttributes, createTarget, targetAttributes } from './target-table.ts';

const never = new AbortController().signal;
const spec = { id: 'ports', target: { table: 'Ports' } } as TableSpec;
const attributes = targetAttributes([{ name: 'ts', type: 'TIMESTAMP', repeated: false, required: false }], 'ts', {
  kind: 'columns',
  columns: ['id'],
});

/** A Harper whose stores are not those of 4.7: none of them can be guarded. */
function unknownHarper(nodes: readonly string[]): { readonly runtime: HarperRuntime; readonly made: unknown[] } {
  const made: unknown[] = [];
  const data: Record<string, HarperTable> = {};
  const table = (name: string) => ({ tableName: name, databaseName: 'data', attributes: [], primaryStore: {} }) as unknown as HarperTable;
  data['SyncTable'] = table('SyncTable');
  const runtime: HarperRuntime = {
    databases: { data },
    server: {
      nodes: nodes.map((name) => ({ name })),
      operation: (operation) => {
        made.push(operation['table']);
        data[String(operation['table'])] = table(String(operation['table']));
        return Promise.resolve();
      },
    },
    logger: {},
    transaction: () => Promise.reject(new Error('not used')),
  };
  return { runtime, made };
}

describe('on a Harper that is not known to survive it', () => {
  it('no table is made while the node replicates, and the error says what to declare', async () => {
    const { runtime, made } = unknownHarper(['other']);
    await expect(createTarget(runtime, spec, attributes, 0, never)).rejects.toMatchObject({
      code: 'BQS_TARGET_MISSING',
      message: expect.stringContaining('does not make here'),
      hint: expect.stringContaining('type Ports @table @export { id: ID @primaryKey, ts: String @indexed, _syncedAt: String }'),
    });
    expect(made).toEqual([]);
  });

  it('nor is an index added', async () => {
    const { runtime } = unknownHarper(['other']);
    let added = 0;
    const table = {
      attributes: [{ name: 'ts', type: 'String' }],
      addAttributes: () => Promise.resolve(added++),
    } as unknown as HarperTable;
    await expect(addMissingAttributes(runtime, table, spec, attributes, never)).rejects.toMatchObject({ code: 'BQS_TARGET_MISSING' });
    expect(added).toBe(0);
    const indexed = { ...table, attributes: [{ name: 'ts', type: 'String', indexed: true }] };
    expect(await addMissingAttributes(runtime, indexed, spec, attributes, never)).toEqual([]);
  });

  it('a node alone makes it: nothing is sent to anyone', async () => {
    const { runtime, made } = unknownHarper([]);
    expect(await createTarget(runtime, spec, attributes, 1_000, never)).toBe(true);
    expect(made).toEqual(['Ports']);
  });
});
