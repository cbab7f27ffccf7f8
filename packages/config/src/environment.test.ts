import { describe, expect, it } from 'vitest';
import { getPluginConfig } from './plugin-config.ts';

const env = { PROJECT: 'my-project', STAGE: 'prod', SIZE: '250', CREATE: 'false', EMPTY: '', YEAR: '2024' };
const withTable = (change: object, sync: object = {}) =>
  getPluginConfig(
    { bigquery: { projectId: '${PROJECT}', tables: [{ id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts', ...change }] }, sync },
    { env },
  );

describe('${NAME}', () => {
  it('is the variable of that name, alone or within a text', () => {
    const { bigquery, tables } = withTable({ dataset: 'ships_${STAGE}_${STAGE}' });
    expect(bigquery.projectId).toBe('my-project');
    expect(tables[0]?.source).toEqual({ project: 'my-project', dataset: 'ships_prod_prod', table: 't' });
  });

  it('becomes a number or a boolean where the key wants one, and stays text elsewhere', () => {
    const { tables } = withTable({ createTables: '${CREATE}', dataset: '${YEAR}' }, { steadyBatchSize: '${SIZE}' });
    expect(tables[0]).toMatchObject({ createTarget: false, source: { dataset: '2024' }, sync: { steadyBatchSize: 250 } });
  });

  it('is not expanded a second time', () => {
    expect(() => getPluginConfig({ bigquery: { projectId: '${A}', tables: [] } }, { env: { A: '${B}', B: 'secret' } })).toThrow(
      /projectId is not a project id \(got "\$\{A\}"\)/,
    );
  });

  it('is a literal ${ when written $${', () => {
    expect(() => withTable({ dataset: '$${STAGE}' })).toThrow(/dataset is not a dataset name \(got "\$\$\{STAGE\}"\)/);
  });

  it.each([
    ['${NOPE}', /dataset needs the environment variable NOPE, which is not set/],
    ['${EMPTY}', /dataset needs the environment variable EMPTY, which is empty/],
    ['${STAGE', /dataset has a \$\{ that is never closed/],
    ['${STAGE:-x}', /dataset has a \$\{…\} that is not the name of an environment variable/],
    ['${}', /dataset has a \$\{…\} that is not the name/],
    ['${toString}', /needs the environment variable toString, which is not set/],
  ])('%s is refused at its place, and once', (dataset, message) => {
    expect(() => withTable({ dataset })).toThrow(
      expect.objectContaining({ issues: [expect.anything()], message: expect.stringMatching(message) }),
    );
  });

  it('that is not set is the only error where other fields refer to the field', () => {
    expect(() => withTable({ timestampColumn: '${NOPE}', columns: ['ts'] })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: 'bigquery.tables[0].timestampColumn' })] }),
    );
  });

  it("is left alone in other plugins' sections", () => {
    const section = {
      bigquery: { projectId: 'p', tables: [{ id: 'a', dataset: 'd', table: 't', timestampColumn: 'ts' }] },
      package: '${ANY}',
    };
    expect(getPluginConfig({ other: { url: '${NOPE}' }, '@bqsync/harper-plugin': section }, { env }).tables).toHaveLength(1);
  });
});
