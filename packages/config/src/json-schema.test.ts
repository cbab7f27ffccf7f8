import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { exampleConfig } from './example-config.ts';
import { jsonSchema } from './json-schema.ts';
import { KEYS } from './schema.ts';

const file = new URL('../schema.json', import.meta.url);
if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);

describe('schema.json', () => {
  it('is the schema that the code has; UPDATE_SCHEMA=1 writes it anew', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  // An independent judge: the validator that eslint brings.
  const Ajv = createRequire(createRequire(import.meta.url).resolve('eslint'))('ajv') as new (
    options: object,
  ) => { compile(schema: object): (value: unknown) => boolean };
  const accepts = new Ajv({ schemaId: 'auto' }).compile(jsonSchema());

  it('accepts the example, environment references and both forms', () => {
    expect(accepts(parse(exampleConfig({ projectId: 'my-project' })))).toBe(true);
    const table = { id: 'a', dataset: '${D}', table: 't', timestampColumn: 'ts', sync: { steadyBatchSize: '${N}' } };
    expect(accepts({ bigquery: { projectId: 'p', tables: [table] }, cost: { maxBytesPerDay: '10 GB' } })).toBe(true);
    expect(accepts({ bigquery: { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts' } })).toBe(true);
  });

  it.each([
    ['an unknown key', { projectId: 'p', dataset: 'd', table: 't', timestampColumn: 'ts', colums: ['a'] }],
    ['a wildcard', { projectId: 'p', dataset: 'd', table: 'events_*', timestampColumn: 'ts' }],
    ['no table', { projectId: 'p' }],
    ['an empty list', { projectId: 'p', tables: [] }],
  ])('refuses %s', (_, bigquery) => {
    expect(accepts({ bigquery })).toBe(false);
  });

  it('describes every key', () => {
    const text = JSON.stringify(jsonSchema());
    for (const key of [...KEYS.root, ...KEYS.bigquery, ...KEYS.table, ...KEYS.sync, ...KEYS.cost, ...KEYS.read, ...KEYS.quarantine]) {
      expect(text).toMatch(new RegExp(`"${key}":\\{"[^}]*description`));
    }
  });
});
