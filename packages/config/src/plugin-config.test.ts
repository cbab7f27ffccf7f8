import { describe, expect, it } from 'vitest';
import { getMultiTableConfig, getPluginConfig, getSingleTableConfig } from './plugin-config.ts';

const table = { id: 'ports', dataset: 'maritime', table: 'port_events', timestampColumn: 'event_time' };

describe('getPluginConfig', () => {
  it('fills in every default', () => {
    expect(getPluginConfig({ bigquery: { projectId: 'my-project', tables: [table] } })).toEqual({
      bigquery: { projectId: 'my-project', credentials: { kind: 'default' }, maxRetries: 5, initialRetryDelayMs: 1000 },
      tables: [
        {
          id: 'ports',
          source: { project: 'my-project', dataset: 'maritime', table: 'port_events' },
          cursorColumn: 'event_time',
          columns: 'all',
          target: { table: 'port_events' },
          duplicates: 'collapse',
          createTarget: true,
          mode: 'timestamp',
          read: { api: 'auto' },
          sync: {
            initialBatchSize: 10_000,
            catchupBatchSize: 1000,
            steadyBatchSize: 500,
            pollIntervalMs: 30_000,
            idlePollIntervalMs: 120_000,
            catchupThresholdSeconds: 3600,
            steadyThresholdSeconds: 300,
            latenessSeconds: 3600,
          },
          cost: {},
        },
      ],
    });
  });

  it('lets polls of a table without new rows grow rarer, up to a limit of its own or four times their interval', () => {
    const idleOf = (own: object, global: object) =>
      getPluginConfig({ bigquery: { projectId: 'p', tables: [{ ...table, sync: own }] }, sync: global }).tables[0]?.sync.idlePollIntervalMs;
    expect(idleOf({ pollInterval: 5000 }, {})).toBe(20_000);
    expect(idleOf({ pollInterval: 5000 }, { idlePollInterval: 45_000 })).toBe(45_000);
    expect(idleOf({ idlePollInterval: 31_000 }, { idlePollInterval: 99_000 })).toBe(31_000);
    expect(idleOf({ pollInterval: 2 ** 31 - 1 }, {})).toBe(2 ** 31 - 1);
  });

  it.each([
    ['left out', {}, 'payer', 'maritime'],
    ['a key of its own', { project: 'holder' }, 'holder', 'maritime'],
    ['before the dataset', { dataset: 'holder.maritime' }, 'holder', 'maritime'],
    ['with a domain', { dataset: 'example.com:holder.maritime' }, 'example.com:holder', 'maritime'],
    ['in both places', { project: 'holder', dataset: 'holder.maritime' }, 'holder', 'maritime'],
    ['from the environment', { dataset: '${HOLDER}.maritime' }, 'holder', 'maritime'],
  ])('takes the project that holds a table from where it is named: %s', (_, named, project, dataset) => {
    const options = { env: { HOLDER: 'holder' } };
    const source = { project, dataset, table: 'port_events' };
    const { bigquery, tables } = getPluginConfig({ bigquery: { projectId: 'payer', tables: [{ ...table, ...named }] } }, options);
    expect({ projectId: bigquery.projectId, source: tables[0]?.source }).toEqual({ projectId: 'payer', source });
    const { id: _id, ...single } = { ...table, ...named };
    expect(getPluginConfig({ bigquery: { projectId: 'payer', ...single } }, options).tables[0]?.source).toEqual(source);
  });

  it.each([undefined, '*', ['*']])('reads columns %j as all', (columns) => {
    expect(getPluginConfig({ bigquery: { projectId: 'p', tables: [{ ...table, columns }] } }).tables[0]?.columns).toBe('all');
  });

  it("looks past Harper's own keys in the section", () => {
    const section = {
      package: '@bqsync/harper-plugin',
      timeout: 60_000,
      files: 'x',
      pluginModule: 'y',
      bigquery: { projectId: 'p', tables: [table] },
    };
    expect(getPluginConfig(section).tables).toHaveLength(1);
  });

  it("finds the plugin's section in a Harper application's configuration, by name or by package", () => {
    const section = { bigquery: { projectId: 'p', tables: [table] } };
    expect(getPluginConfig({ rest: true, '@bqsync/harper-plugin': section }).tables).toHaveLength(1);
    expect(getPluginConfig({ rest: true, sync: { package: '@bqsync/harper-plugin@^1', ...section } }).tables).toHaveLength(1);
  });

  it('does not change the object it is given', () => {
    const given = { bigquery: { projectId: '${P}', tables: [{ ...table, columns: ['event_time', 'x'] }] } };
    const before = structuredClone(given);
    getPluginConfig(given, { env: { P: 'my-project' } });
    expect(given).toEqual(before);
  });
});

describe('the two forms', () => {
  const single = { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts', columns: ['ts', 'a'] };

  it('makes the single-table form one table "default" with the target BigQueryData', () => {
    for (const read of [getPluginConfig, getSingleTableConfig]) {
      const { tables } = read({ bigquery: single, sync: { initialBatchSize: 7 } });
      expect(tables).toHaveLength(1);
      expect(tables[0]).toMatchObject({
        id: 'default',
        target: { table: 'BigQueryData' },
        columns: ['ts', 'a'],
        sync: { initialBatchSize: 7 },
      });
    }
  });

  it('uses the other table keys of the single-table form', () => {
    const { tables } = getPluginConfig({
      bigquery: {
        ...single,
        targetTable: 'T',
        targetDatabase: 'D',
        primaryKey: ['a'],
        duplicates: 'collapse',
        createTables: false,
        mode: 'timestamp',
      },
    });
    expect(tables[0]).toMatchObject({ target: { database: 'D', table: 'T' }, primaryKey: ['a'], createTarget: false });
  });

  it('refuses the other form where one is asked for', () => {
    expect(() => getMultiTableConfig({ bigquery: single })).toThrow(/bigquery\.tables is missing/);
    expect(() => getSingleTableConfig({ bigquery: { projectId: 'p', tables: [table] } })).toThrow(
      /does not belong to the single-table form/,
    );
  });

  it('refuses both forms at once', () => {
    expect(() => getPluginConfig({ bigquery: { projectId: 'p', dataset: 'd', tables: [table] } })).toThrow(
      /bigquery\.dataset is a key of the single-table form/,
    );
  });

  it('takes prices, a table’s own before the global ones, from the environment too, and 0 for editions', () => {
    const table = { id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts' };
    const config = {
      bigquery: {
        projectId: 'p',
        tables: [
          { ...table, cost: { usdPerTiB: 0 } },
          { ...table, id: 'b', targetTable: 'B' },
        ],
      },
      cost: { usdPerTiB: '${PRICE}', usdPerTiBReadApi: 2 },
    };
    const { tables } = getPluginConfig(config, { env: { PRICE: '7.5' } });
    expect(tables.map(({ cost }) => cost)).toEqual([
      { usdPerTiB: 0, usdPerTiBReadApi: 2 },
      { usdPerTiB: 7.5, usdPerTiBReadApi: 2 },
    ]);
  });
});
