import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

let source: SourceFixture;
beforeAll(async () => {
  source = await startSource();
  const schema = [
    { name: 'id', type: 'STRING' },
    { name: 'at', type: 'TIMESTAMP' },
  ];
  await source.table('ports', { schema }, [{ id: 'own', at: '2026-01-01T00:00:00Z' }]);
  await source.tableOf('public-holder', 'ports', { schema: [...schema, { name: 'country', type: 'STRING' }] }, [
    { id: 'a', at: '2026-01-01T00:00:00Z', country: 'DE' },
    { id: 'b', at: '2026-01-02T00:00:00Z', country: 'NL' },
  ]);
});
afterAll(() => source.end());

const own = { id: 'own', dataset: 'maritime', table: 'ports', timestampColumn: 'at', primaryKey: ['id'], targetTable: 'Own' };
const held = { ...own, id: 'held', project: 'public-holder', targetTable: 'Held' };
const run = (command: string, tables: readonly object[]) =>
  runCli([command, '--json', '--config', source.config(tables as readonly Record<string, unknown>[])]);

describe('a table of another project than the one that pays', () => {
  it.each([
    ['by a key of its own', held],
    ['before its dataset', { ...held, project: undefined, dataset: 'public-holder.maritime' }],
  ])('is checked, with who pays, where its project is named %s', async (_, table) => {
    const { code, documents } = await run('check', [own, table]);
    expect(code).toBe(0);
    const findings = documents[0]!['findings'] as unknown as { table?: string; check: string; message: string }[];
    const told = Object.fromEntries(findings.filter(({ check }) => check === 'source').map(({ table: id, message }) => [id, message]));
    expect(told['own']).toMatch(/^1 row, .*, 2 columns, no partitions, in US$/);
    expect(told['held']).toMatch(/^2 rows, .*, 3 columns, no partitions, in US, of project public-holder, paid for by test-project$/);
  });

  it('is planned by its whole name', async () => {
    const { code, documents } = await run('plan', [own, held]);
    expect(code).toBe(0);
    const [first, second] = documents[0]!['tables'] as unknown as { source: object; rows: number; next: { sql: string }[] }[];
    expect(first).toMatchObject({ source: { project: 'test-project', dataset: 'maritime', table: 'ports' }, rows: 1 });
    expect(second).toMatchObject({ source: { project: 'public-holder', dataset: 'maritime', table: 'ports' }, rows: 2 });
    expect(first!.next[0]!.sql).toContain('`test-project.maritime.ports`');
    expect(second!.next[0]!.sql).toContain('`public-holder.maritime.ports`');
  });

  it('has the columns of its own project in the schema', async () => {
    const { documents } = await run('schema', [own, held]);
    const [first, second] = documents[0]!['tables'] as unknown as { graphql: string }[];
    expect(first!.graphql).not.toContain('country');
    expect(second!.graphql).toContain('# public-holder.maritime.ports\ntype Held @table @export {');
    expect(second!.graphql).toContain('country: String');
  });
});
