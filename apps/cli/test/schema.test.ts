import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';
import { type SourceFixture, startSource } from './source-fixture.ts';

let source: SourceFixture;
beforeAll(async () => {
  source = await startSource();
  await source.table('port_events', {
    schema: [
      { name: 'event_id', type: 'STRING' },
      { name: 'event_time', type: 'TIMESTAMP' },
      { name: 'event_type', type: 'STRING' },
      { name: 'mmsi', type: 'INT64' },
      { name: 'weight', type: 'NUMERIC' },
      { name: 'speed', type: 'FLOAT64' },
      { name: 'loaded', type: 'BOOL' },
      { name: 'seal', type: 'BYTES' },
      { name: 'crew', type: 'STRING', mode: 'REPEATED' },
      { name: 'berth', type: 'RECORD', fields: [{ name: 'number', type: 'INT64' }] },
    ],
  });
  await source.table('odd', {
    schema: [
      { name: 'id', type: 'INT64' },
      { name: '_syncedAt', type: 'STRING' },
      { name: 'Liegeplatz_Süd', type: 'STRING' },
      { name: 'größe', type: 'NUMERIC' },
      { name: 'a-b', type: 'STRING', mode: 'REPEATED' },
      { name: 'day', type: 'DATE' },
      { name: 'part', type: 'STRING' },
    ],
  });
});
afterAll(() => source.end());

const events = {
  id: 'events',
  dataset: 'maritime',
  table: 'port_events',
  timestampColumn: 'event_time',
  primaryKey: ['event_id'],
  targetTable: 'PortEvents',
};
const odd = { id: 'odd', dataset: 'maritime', table: 'odd', timestampColumn: 'day', primaryKey: ['day', 'part'] };

const schema = (tables: readonly Record<string, unknown>[], ...args: readonly string[]) =>
  runCli(['schema', '--config', source.config(tables), ...args]);

describe('bqsync schema', () => {
  it('prints every column of a target, exported, with types that lose nothing and the cursor indexed', async () => {
    const { code, stdout, stderr } = await schema([events]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`# Written by bqsync schema. Save it in the folder of the Harper application, whose config.yaml loads it:
#   graphqlSchema: { files: "*.graphql" }

# test-project.maritime.port_events
type PortEvents @table @export {
  event_id: ID @primaryKey # STRING
  event_time: String @indexed # TIMESTAMP
  event_type: String # STRING
  mmsi: Any # INT64
  weight: String # NUMERIC
  speed: Float # FLOAT64
  loaded: Boolean # BOOL
  seal: Bytes # BYTES
  crew: Any # ARRAY<STRING>
  berth: Any # STRUCT
  _syncedAt: String # when BigQuery had the row like this: the snapshot of the row's last write
}
`);
  });

  it('names columns in comments that GraphQL does not take, and columns that are stored under another name', async () => {
    const { stdout } = await schema([odd]);
    expect(stdout).toContain(`type odd @table @export {
  id: ID @primaryKey # made of "day", "part"
  source_id: Any # column "id", INT64
  source__syncedAt: String # column "_syncedAt", STRING
  day: String @indexed # DATE
  part: String # STRING
  _syncedAt: String # when BigQuery had the row like this: the snapshot of the row's last write
  # Stored, too, but not declared, since GraphQL does not take their names:
  # "Liegeplatz_Süd" # STRING
  # "größe" # NUMERIC
  # "a-b" # ARRAY<STRING>
}`);
  });

  it('prints a cursor or key that GraphQL does not take as such', async () => {
    const { stdout } = await schema([{ ...odd, timestampColumn: 'day', primaryKey: ['größe'] }]);
    expect(stdout).toContain('  id: ID @primaryKey # made of "größe"\n');
    expect(stdout).toContain('  # "größe" # NUMERIC\n');
  });

  it('says in JSON which attribute is what', async () => {
    const { code, documents } = await schema([events, odd], '--json', 'odd');
    expect(code).toBe(0);
    expect(documents).toMatchObject([
      {
        ok: true,
        exitCode: 0,
        graphql: expect.stringContaining('type odd @table @export {'),
        tables: [
          {
            table: 'odd',
            source: { project: 'test-project', dataset: 'maritime', table: 'odd' },
            target: { database: 'data', table: 'odd' },
            type: 'odd',
            attributes: expect.arrayContaining([
              { name: 'id', type: 'ID', primaryKey: true, indexed: false },
              { name: 'day', type: 'String', primaryKey: false, indexed: true },
            ]),
            undeclared: [
              { column: 'Liegeplatz_Süd', attribute: 'Liegeplatz_Süd' },
              { column: 'größe', attribute: 'größe' },
              { column: 'a-b', attribute: 'a-b' },
            ],
          },
        ],
      },
    ]);
    expect(documents[0]!['graphql']).not.toContain('PortEvents');
  });

  it('gives targets with the same name, or one that GraphQL or Harper does not take, a type of their own', async () => {
    const { stdout } = await schema([
      { ...events, id: 'a' },
      { ...events, id: 'b', targetDatabase: 'other' },
      { ...events, id: 'c', targetTable: 'port-events' },
      { ...events, id: 'd', targetTable: 'data_port_events' },
      { ...events, id: 'e', targetTable: 'String' },
    ]);
    expect(stdout.match(/^type .*$/gm)).toEqual([
      'type PortEvents @table @export {',
      'type other_PortEvents @table(database: "other", table: "PortEvents") @export {',
      'type data_port_events_2 @table(table: "port-events") @export {',
      'type data_port_events @table @export {',
      'type data_String @table(table: "String") @export {',
    ]);
    expect(stdout).toContain('# test-project.maritime.port_events; served as /data_port_events_2/');
  });

  it('prints nothing, and says why, where a table cannot be described', async () => {
    const missing = await schema([events, { ...odd, table: 'od' }], '--json');
    expect(missing.code).toBe(4);
    expect(missing.documents).toMatchObject([{ ok: false, exitCode: 4, error: { code: 'BQS_SOURCE_NOT_FOUND' } }]);
    const text = await schema([events, { ...odd, table: 'od' }]);
    expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 4, stdout: '' });
    expect(text.stderr).toMatch(/^error: /);
    expect(await schema([events], 'evnts')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'error: no table "evnts" is configured\nhint: the configured ids are events\n',
    });
  });

  it('has a help that says what to do with it', async () => {
    const { code, stdout } = await runCli(['schema', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('bqsync schema > schema.graphql');
  });
});
