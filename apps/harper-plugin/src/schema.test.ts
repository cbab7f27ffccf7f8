import { readFileSync } from 'node:fs';
import { getPluginConfig } from '@bqsync/config';
import { STATE_SCHEMA, STATE_TABLES } from '@bqsync/harper';
import { expect, it } from 'vitest';

const read = (name: string) => readFileSync(new URL(`../schema/${name}`, import.meta.url), 'utf8');
const types = (text: string) => new Map([...text.matchAll(/^type (\w+) [^]*?^}/gm)].map((match) => [match[1]!, match[0]]));

it('declares the state tables as the adapter for Harper wants them', () => {
  const own = types(read('state.graphql'));
  const wanted = types(STATE_SCHEMA);
  expect([...own.keys()]).toEqual([...wanted.keys()]);
  for (const [name, text] of own) expect(text, name).toBe(wanted.get(name));
});

it('declares no table that is missing from the list of state tables, which no target may be', () => {
  const declared = [...types(read('state.graphql')).keys(), ...types(read('plugin.graphql')).keys()];
  expect(declared.sort()).toEqual(Object.values(STATE_TABLES).sort());
});

it('exports no state table over REST (R13)', () => {
  expect(read('state.graphql') + read('plugin.graphql')).not.toMatch(/@export/);
});

it.each([...types(read('state.graphql') + read('plugin.graphql')).keys()])('%s is no target', (targetTable) => {
  const bigquery = { projectId: 'p', tables: [{ id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts', targetTable }] };
  expect(() => getPluginConfig({ bigquery }, { env: {} })).toThrow(/own state/);
});
