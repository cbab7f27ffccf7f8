import { describe, expect, it } from 'vitest';
import { exampleConfig } from './example-config.ts';
import { parseConfig } from './load-config.ts';
import { KEYS } from './schema.ts';

describe('exampleConfig', () => {
  it('is a valid configuration as it is', () => {
    expect(parseConfig(exampleConfig(), 'c.yaml').tables).toHaveLength(1);
  });

  it('is a valid configuration with every commented key taken in, and names every key but a few', () => {
    const all = exampleConfig({ apiEndpoint: 'http://127.0.0.1:9050' })
      .replace(/^(\s*)# ?(\s*[a-zA-Z]+:(?: .*)?)$/gm, '$1$2')
      .replace(/, …/, '')
      .replace('primaryKey: [id]', 'primaryKey: [event_time]')
      .split('\n')
      .filter((line) => !line.startsWith('bqsync:'))
      .filter(
        (line, index, lines) =>
          lines.findIndex((other) => line.includes('targetTable') && other.includes('targetTable')) === -1 ||
          lines.findIndex((other) => other.includes('targetTable')) === index,
      )
      .join('\n');
    const { tables } = parseConfig(all, 'c.yaml');
    expect(tables[0]).toMatchObject({ sync: { startTimestamp: 1_706_702_400_000_000n }, cost: { maxBytesPerDay: 100 * 2 ** 30 } });
    for (const key of [...KEYS.connection, ...KEYS.table, ...KEYS.sync, ...KEYS.cost, ...KEYS.read, ...KEYS.quarantine]) {
      if (!['storageEndpoint', 'targetDatabase', 'mode'].includes(key)) expect(all).toContain(`${key}:`);
    }
  });

  it('holds what it is given, quoted where YAML would read it as something else', () => {
    const text = exampleConfig({
      projectId: '${PROJECT}',
      credentials: 'none',
      apiEndpoint: 'http://127.0.0.1:9050',
      location: 'EU',
      tables: [
        {
          id: '007',
          dataset: '2024',
          table: 'no',
          timestampColumn: 'a: b #c',
          columns: ['a: b #c', 'null', 'x'],
          targetTable: 'No',
          primaryKey: ['x'],
        },
        { id: 'b', dataset: 'd', table: 't', timestampColumn: 'ts' },
      ],
    });
    expect(parseConfig(text, 'c.yaml', { env: { PROJECT: 'my-project' } })).toMatchObject({
      bigquery: { projectId: 'my-project', credentials: { kind: 'anonymous' }, apiEndpoint: 'http://127.0.0.1:9050', location: 'EU' },
      tables: [
        {
          id: '007',
          source: { dataset: '2024', table: 'no' },
          cursorColumn: 'a: b #c',
          columns: ['a: b #c', 'null', 'x'],
          target: { table: 'No' },
          primaryKey: ['x'],
        },
        { id: 'b', target: { table: 't' } },
      ],
    });
  });
});
