import { describe, expect, it } from 'vitest';
import { fromBigquerySync } from './from-bigquery-sync.ts';
import { parseConfig } from './load-config.ts';

// The shape of their config.yaml, in values of our own.
const MULTI = `
pluginModule: ./src/index.js
rest: true
operations: { host: localhost, port: 9925, username: admin, password: hunter2 }
bigquery:
  projectId: my-project
  credentials: key.json
  location: US
  tables:
    - id: positions
      dataset: maritime
      table: positions
      timestampColumn: timestamp
      columns: [timestamp, mmsi]
      targetTable: Positions
      useStreamingAPIs: true
      sync: { initialBatchSize: 5000, steadyBatchSize: 100 }
    - { id: metadata, dataset: maritime, table: metadata, timestampColumn: last_updated, columns: ['*'], targetTable: Metadata }
synthesizer: { totalVessels: 10 }
sync: { catchupThreshold: 1800, pollInterval: 10000, jitter: 5 }
validation: { enabled: true, interval: 300 }
retry: { maxAttempts: 5, backoffMultiplier: 3, initialDelay: 2000 }
`;

describe('fromBigquerySync', () => {
  it('converts a list of tables, and the file it makes is a valid configuration', () => {
    const { yaml, notes } = fromBigquerySync(MULTI);
    const { bigquery, tables } = parseConfig(yaml, 'converted.yaml', { baseDir: '/etc' });
    expect(bigquery).toMatchObject({
      projectId: 'my-project',
      credentials: { kind: 'file', path: '/etc/key.json' },
      location: 'US',
      maxRetries: 4,
      initialRetryDelayMs: 2000,
    });
    expect(tables).toMatchObject([
      {
        id: 'positions',
        columns: ['timestamp', 'mmsi'],
        target: { table: 'Positions' },
        sync: { initialBatchSize: 5000, steadyBatchSize: 100, pollIntervalMs: 10_000, catchupThresholdSeconds: 1800 },
      },
      { id: 'metadata', columns: 'all', target: { table: 'Metadata' }, sync: { initialBatchSize: 10_000 } },
    ]);
    for (const dropped of [
      'operations',
      'validation',
      'synthesizer',
      'useStreamingAPIs',
      'sync.jitter',
      'backoffMultiplier',
      'maxAttempts',
    ]) {
      expect(notes.join('\n')).toContain(dropped);
    }
    expect(notes.filter((note) => note.startsWith('To fix'))).toEqual([]);
  });

  it('does not carry a password over', () => {
    expect(JSON.stringify(fromBigquerySync(MULTI))).not.toContain('hunter2');
  });

  it('converts the single-table form and keeps its target', () => {
    const { yaml } = fromBigquerySync({
      bigquery: { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts', columns: '*' },
      sync: { steadyBatchSize: 50 },
    });
    expect(parseConfig(yaml, 'x').tables).toMatchObject([
      { id: 'default', target: { table: 'VesselPositions' }, sync: { steadyBatchSize: 50 } },
    ]);
  });

  it('finds the section in an application of Harper', () => {
    const section = { package: 'bigquery-sync', bigquery: { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts' } };
    expect(fromBigquerySync({ rest: true, ingestor: section }).config).toMatchObject({ bigquery: { projectId: 'p' } });
  });

  it('says what is left to fix', () => {
    const { notes } = fromBigquerySync({
      bigquery: { projectId: 'p', tables: [{ id: 'a', dataset: 'd', table: 'events_*', timestampColumn: 'ts', columns: [] }] },
    });
    expect(notes).toContainEqual(expect.stringMatching(/^To fix: bigquery\.tables\[0\]\.table is a wildcard/));
    expect(notes).toContainEqual(expect.stringMatching(/^To fix: bigquery\.tables\[0\]\.columns is an empty list/));
  });

  it.each([
    ['no mapping', 'just text'],
    ['no bigquery', 'rest: true'],
    ['broken YAML', 'a: ['],
  ])('refuses %s', (_, text) => {
    expect(() => fromBigquerySync(text)).toThrow(expect.objectContaining({ code: 'BQS_CONFIG_INVALID' }));
  });
});
