import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { loadConfig, parseConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'bqsync-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function errorOf(text: string, env: Record<string, string> = {}): ConfigError {
  try {
    parseConfig(text, 'c.yaml', { env });
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

const places = (error: ConfigError): string[] =>
  error.issues.map(({ line, column, path }: ConfigIssue) => `${line ?? ''}:${column ?? ''} ${path}`);

const VALID = `bigquery:
  projectId: my-project
  credentials: keys/key.json
  tables:
    - id: ports
      dataset: maritime
      table: ports
      timestampColumn: updated_at
`;

describe('loadConfig', () => {
  it('reads a file and takes the key file relative to it', async () => {
    const { bigquery, tables } = await loadConfig(write('bqsync.yaml', VALID));
    expect(bigquery.credentials).toEqual({ kind: 'file', path: join(folder, 'keys/key.json') });
    expect(tables.map(({ id }) => id)).toEqual(['ports']);
  });

  it("reads the plugin's section of a Harper application's config.yaml, and places its errors in that file", async () => {
    const nested = (text: string): string =>
      `rest: true\nloadEnv: { files: .env }\n'@bqsync/harper-plugin':\n  package: '@bqsync/harper-plugin'\n  timeout: 60000\n${text.replace(/^(?=.)/gm, '  ')}`;
    expect((await loadConfig(write('config.yaml', nested(VALID)))).tables).toHaveLength(1);
    const wrong = errorOf(nested(VALID.replace('dataset: maritime', 'dataset: mari-time')));
    expect(places(wrong)).toEqual(['11:18 bigquery.tables[0].dataset']);
  });

  it('accepts a byte order mark and CRLF', async () => {
    expect((await loadConfig(write('crlf.yaml', `\uFEFF${VALID.replaceAll('\n', '\r\n')}`))).tables).toHaveLength(1);
    expect(places(errorOf(`\uFEFF${VALID.replace('my-project', 'MY').replaceAll('\n', '\r\n')}`))).toEqual(['2:14 bigquery.projectId']);
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.yaml'), /none\.yaml: there is no such file/],
    ['a folder', () => folder, /is a folder, not a file/],
    ['bytes that are no text', () => write('bytes.yaml', new Uint8Array([0x61, 0xff, 0xfe])), /is not UTF-8 text/],
  ])('refuses %s as BQS_CONFIG_UNREADABLE', async (_, path, message) => {
    const error: unknown = await loadConfig(path()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BqsyncError);
    expect(error).toMatchObject({ code: 'BQS_CONFIG_UNREADABLE', message: expect.stringMatching(message), exitCode: 3 });
  });
});

describe('an error in a file', () => {
  const text = `bigquery:
  projectId: my-project
  tables:
    - id: ports
      dataset: maritime
      table: ports
      timestampColum: updated_at
    - id: ports
      dataset: maritime
      table: events_*
      timestampColumn: at
      columns: [x, at, "*"]
sync: { steadyBatchSize: 0 }
`;

  it('has file, line, column and path, in the order of the file', () => {
    const error = errorOf(text);
    expect(places(error)).toEqual([
      '7:7 bigquery.tables[0].timestampColum',
      '8:11 bigquery.tables[1].id',
      '10:14 bigquery.tables[1].table',
      '12:24 bigquery.tables[1].columns[2]',
      '13:26 sync.steadyBatchSize',
    ]);
    for (const { line, column, path } of error.issues) expect(error.message).toContain(`\nc.yaml:${line}:${column} ${path} is `);
    expect(error).toMatchObject({ code: 'BQS_CONFIG_INVALID', exitCode: 3, retryable: false, context: { file: 'c.yaml', issues: 5 } });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      issues: [{ file: 'c.yaml', line: 7 }, {}, {}, {}, {}],
    });
  });

  it('has the lines around it with a marker, and a did-you-mean', () => {
    expect(errorOf(text).message).toContain(`c.yaml:7:7 bigquery.tables[0].timestampColum is an unknown key; did you mean "timestampColumn"?
  6 |       table: ports
> 7 |       timestampColum: updated_at
    |       ^^^^^^^^^^^^^^
  8 |     - id: ports`);
  });

  it('is at what surrounds a missing key', () => {
    expect(places(errorOf(VALID.replace('      table: ports\n', '')))).toEqual(['5:7 bigquery.tables[0].table']);
    expect(places(errorOf(VALID.replace('  projectId: my-project\n', '')))).toEqual(['1:1 bigquery.projectId']);
  });

  it('is found through anchors, aliases and merge keys', () => {
    const shared = `${VALID}      sync: &fast { steadyBatchSize: 5 }
    - { id: b, dataset: d, table: b, timestampColumn: ts, sync: *fast }
    - { id: c, dataset: d, table: c, timestampColumn: ts, sync: { <<: *fast, pollInterval: 7 } }
`;
    const { tables } = parseConfig(shared, 'c.yaml');
    expect(tables.map(({ sync }) => [sync.steadyBatchSize, sync.pollIntervalMs])).toEqual([
      [5, 30_000],
      [5, 30_000],
      [5, 7],
    ]);
    expect(places(errorOf(shared.replace('steadyBatchSize: 5', 'steadyBatchSize: 0')))).toEqual([
      '9:38 bigquery.tables[0].sync.steadyBatchSize',
      '9:38 bigquery.tables[1].sync.steadyBatchSize',
      '11:59 bigquery.tables[2].sync.steadyBatchSize',
    ]);
  });

  it('is limited in the message when there are very many, but not in issues', () => {
    const error = errorOf(`${VALID}${Array.from({ length: 80 }, (_, index) => `zz${index}: 1\n`).join('')}`);
    expect(error.issues).toHaveLength(80);
    expect(error.message).toMatch(/and 30 more$/);
    expect(error.message).not.toContain('zz79');
  });
});

describe('a text that is not the YAML of a configuration', () => {
  it.each([
    ['an empty file', '', '1:1', /the configuration is empty/],
    ['only a comment', '# nothing\n', '1:1', /the configuration is empty/],
    ['a sentence', 'hello', '1:1', /is not a mapping/],
    ['an open bracket', 'bigquery: [\n', '2:1', /./],
    ['a tab as indent', 'bigquery:\n\tprojectId: x\n', '2:1', /a tab cannot indent YAML/],
    ['a key twice', `${VALID}sync: {}\nsync: {}\n`, '10:1', /this key stands twice/],
    ['a second document', `${VALID}---\na: 1\n`, '9:1', /a second YAML document begins here/],
    ['a tag', VALID.replace('my-project', '!secret my-project'), '2:14', /a YAML tag has no meaning/],
    ['an alias without an anchor', VALID.replace('my-project', '*nobody'), '2:14', /this alias has no anchor/],
    ['a value that contains itself', 'bigquery: &a\n  tables: [*a]\n', undefined, /is too large, nested too deeply, or contains itself/],
    ['a key that is a list', `${VALID}? [a]\n: b\n`, undefined, /./],
    ['deep nesting', '['.repeat(100_000), undefined, /./],
    ['too large a file', `${VALID}# ${'x'.repeat(300_000)}`, '1:1', /larger than 256 KiB/],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(5000)}]\n`, '2:5', /more than 100 aliases/],
  ])('%s', (_, text, place, message) => {
    const error = errorOf(text);
    expect(error.code).toBe('BQS_CONFIG_INVALID');
    expect(error.message).toMatch(message);
    if (place !== undefined) expect(error.issues.map(({ line, column }) => `${line ?? ''}:${column ?? ''}`)).toContain(place);
  });

  it('aliases that multiply', () => {
    const rows = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let index = 1; index < 9; index++) {
      const [previous, name] = [index - 1, index].map((each) => 'abcdefghi'[each] ?? '');
      rows.push(`${name}: &${name} [${Array(9).fill(`*${previous}`).join()}]`);
    }
    expect(errorOf(rows.join('\n')).message).toMatch(/aliases multiply/);
  });
});
