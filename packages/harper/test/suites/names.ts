import { parseInstant, type Row, type Value } from '@bqsync/core';
import { describe, expect, it } from 'vitest';
import { plainValue } from '../../src/plain-value.ts';
import { storedAttribute } from '../../src/stored-name.ts';
import { column, intent, order, target } from '../fixtures.ts';
import type { HarperApp } from '../harper-app.ts';

/** Names of JavaScript's objects and promises, of Harper's records, resources and tables, and of other alphabets. */
const NAMES = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['then', 'catch', 'finally', 'toJSON', 'prototype', 'length', 'name', 'arguments', 'call'],
  ...['__createdtime__', '__updatedtime__', '_syncedAt', 'id', 'source_id', 'source_then', 'source_source_then', 'key', 'value', 'version'],
  ...['getId', 'getContext', 'getRecord', 'getChanges', '_setChanges', 'setRecord', 'getProperty', 'setProperty', 'deleteProperty'],
  ...['get', 'put', 'post', 'patch', 'delete', 'update', 'create', 'save', 'set', 'search', 'query', 'connect', 'subscribe', 'publish'],
  ...['validate', 'invalidate', 'operation', 'primaryKey', 'primaryStore', 'attributes', 'tableName', 'isCollection', 'doesExist', 'lock'],
  ...['getUpdatedTime', 'getExpiresAt', 'getMetadata', 'wasLoadedFromSource', 'allowRead', 'expiresAt', 'localTime', 'deref', '__op__'],
  ...['Id', 'ID', 'Then', 'a b', 'größe', '航速', 'a&b', 'a=b', "it's", 'a<b', 'a#b', 'a|b', 'a:b', 'a%b', 'a-b', 'x'.repeat(300)],
];
const KEYS = [...NAMES, '', '0', '-1', 'a.b', '$id', '$record', 'source___proto__'];

const own = (entries: readonly (readonly [string, Value])[]): Row => Object.fromEntries(entries);

export function registerNameTests(app: HarperApp): void {
  const columns = NAMES.map((name) => column(name));
  const nested = column('s', 'STRUCT', {
    fields: NAMES.map((name) => column(name, 'STRUCT', { fields: NAMES.slice(0, 16).map((inner) => column(inner)), repeated: true })),
  });
  const all = [column('k'), column('ts', 'TIMESTAMP'), ...columns, nested, column('j', 'JSON')];
  const shown = (name: string, version: number): string => `${name} ${version}`;
  const rowOf = (version: number): Row =>
    own([
      ...NAMES.map((name) => [name, shown(name, version)] as const),
      ['s', own(NAMES.map((name) => [name, [own(NAMES.slice(0, 16).map((inner) => [inner, shown(inner, version)]))]]))],
      ['j', own(KEYS.map((name) => [name, [own([['x', { [name]: version }], ...KEYS.map((inner) => [inner, version] as const)])]]))],
    ]);
  const attributeOf = (name: string): string => storedAttribute(name, new Set(['_syncedAt', 'k']));
  const search = (body: object) => app.harper.operation({ database: 'data', ...body });

  describe.each(['Names', 'NamesOverRest'])('names that Harper or JavaScript uses, as columns and fields, in %s:', (name) => {
    const into = target(name, { columns: all });
    const batchOf = (version: number) => [
      { key: 'one', cursor: null, row: { ...rowOf(version), k: 'one', ts: null } },
      { key: 'two', cursor: null, row: { ...rowOf(version), k: 'two', ts: null } },
    ];

    it('a row is written, found unchanged, and written again', async () => {
      const { notices } = await app.call('prepare', into);
      expect(notices).toContain('Column "then" is stored as "source_then": Harper uses that name itself.');
      await app.call('saveIntent', intent(name));
      expect(await app.call('commit', order(into, batchOf(1)))).toMatchObject({ inserted: 2, rejected: [] });
      const again = await app.call(
        'commit',
        order(into, batchOf(1), { snapshot: parseInstant(intent(name).request.range.from!)!, sequence: 1 }),
      );
      expect(again).toMatchObject({ unchanged: 2, rejected: [] });
      const next = order(into, batchOf(2), { snapshot: parseInstant(intent(name).request.range.from!)!, sequence: 2 });
      expect(await app.call('commit', { ...next, compare: false })).toMatchObject({ updated: 2, rejected: [] });
    });

    it('every column is there, however it is read', async () => {
      const expected = Object.fromEntries(NAMES.map((column) => [attributeOf(column), shown(column, 2)]));
      expect(Object.keys(expected)).toHaveLength(NAMES.length);
      const get_attributes = ['*'];
      const found = [
        await search({ operation: 'search_by_id', table: name, ids: ['one'], get_attributes }),
        await search({ operation: 'search_by_value', table: name, search_attribute: 'k', search_value: 'one', get_attributes }),
        (await app.call('rows', name)).slice(0, 1).map(({ row }) => row),
        ...(name === 'Names'
          ? []
          : [[await (await app.harper.fetch(`/${name}/one`)).json()], await (await app.harper.fetch(`/${name}/?k=one`)).json()]),
      ] as Record<string, unknown>[][];
      for (const [record] of found) expect(record).toMatchObject(expected);
    });

    it('each declared column can be selected and searched by itself', async () => {
      const declared = new Set((await app.call('attributes', name)).map((attribute) => attribute.name));
      for (const attribute of NAMES.map(attributeOf).filter((each) => declared.has(each))) {
        const rows = await search({ operation: 'search_by_id', table: name, ids: ['one'], get_attributes: ['k', attribute] });
        expect(rows, attribute).toEqual([{ k: 'one', [attribute]: expect.stringContaining(' 2') }]);
      }
      const whole = await search({
        operation: 'search_by_id',
        table: name,
        ids: ['one'],
        get_attributes: name === 'Names' ? ['k', 's', 'j'] : ['*'],
      });
      const { s, j } = rowOf(2);
      expect(whole).toMatchObject([{ k: 'one', s: plainValue(s), j: plainValue(j) }]);
    });

    it('and the tables beside it answer, a new one too', async () => {
      const beside = target(`${name}Beside`);
      await app.call('prepare', beside);
      await app.call('saveIntent', intent(beside.table.id));
      expect(await app.call('commit', order(beside, [{ key: 'a', cursor: null, row: { k: 'a', ts: null, v: 'v' } }]))).toMatchObject({
        inserted: 1,
      });
      expect(
        await search({
          operation: 'search_by_value',
          table: `${name}Beside`,
          search_attribute: 'k',
          search_value: 'a',
          get_attributes: ['*'],
        }),
      ).toMatchObject([{ k: 'a', v: 'v' }]);
      expect(await search({ operation: 'describe_all' })).toHaveProperty(['data', `${name}Beside`]);
    });
  });

  it.each(['then', 'toJSON', '__proto__', 'constructor', '__createdtime__', 'getRecord', 'toString', 'id', '_syncedAt'])(
    'a key column called %s names rows, and is a column like others',
    async (name) => {
      const table = `Keyed_${name}`;
      const into = target(table, { columns: [column(name), column('ts', 'TIMESTAMP')], key: { kind: 'columns', columns: [name] } });
      await app.call('prepare', into);
      expect(await app.call('primaryKey', table)).toBe('id');
      await app.call('saveIntent', intent(table));
      const row = own([
        [name, 'a'],
        ['ts', null],
      ]);
      expect(await app.call('commit', order(into, [{ key: 'a', cursor: null, row }]))).toMatchObject({ inserted: 1, rejected: [] });
      const stored = await search({ operation: 'search_by_id', table, ids: ['a'], get_attributes: ['*'] });
      expect(stored).toMatchObject([{ id: 'a', ...(name === 'id' ? {} : { [`source_${name}`]: 'a' }) }]);
      const again = await app.call('commit', order(into, [{ key: 'a', cursor: null, row }], { sequence: 1 }));
      expect(again).toMatchObject({ superseded: 1 });
    },
  );
}
