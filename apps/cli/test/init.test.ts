import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@bqsync/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'bqsync-init-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('bqsync init', () => {
  it('writes a configuration that passes, and never over an existing file', async () => {
    const { code, stdout } = await runCli(['init', '--project', 'my-own-project'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'wrote bqsync.yaml\nEdit it, then: bqsync check\n' });
    expect((await loadConfig(join(cwd, 'bqsync.yaml'))).bigquery.projectId).toBe('my-own-project');

    writeFileSync(join(cwd, 'bqsync.yaml'), 'precious');
    const again = await runCli(['init'], { cwd });
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 2, stdout: '' });
    expect(again.stderr).toMatch(/^error: bqsync.yaml exists already; it was left as it is\nhint: /);
    expect(readFileSync(join(cwd, 'bqsync.yaml'), 'utf8')).toBe('precious');
  });

  it('converts a configuration of bigquery-sync and says what became of each key', async () => {
    writeFileSync(
      join(cwd, 'theirs.yaml'),
      'bigquery:\n  projectId: p-one-two\n  dataset: d\n  table: t\n  timestampColumn: ts\nvalidation: { enabled: true }\nretry: { maxAttempts: 3 }\n',
    );
    const { code, documents } = await runCli(['init', '--from', 'theirs.yaml', '--config', 'ours.yaml', '--json'], { cwd });
    expect(code).toBe(0);
    expect(documents).toEqual([
      {
        ok: true,
        exitCode: 0,
        file: 'ours.yaml',
        notes: expect.arrayContaining([expect.stringContaining('validation was dropped'), expect.stringContaining('retry.maxAttempts 3')]),
      },
    ]);
    const { bigquery, tables } = await loadConfig(join(cwd, 'ours.yaml'));
    expect(bigquery.maxRetries).toBe(2);
    expect(tables[0]).toMatchObject({ id: 'default', source: { dataset: 'd', table: 't' } });
  });

  it('says in one line why a file cannot be read or written', async () => {
    const missing = await runCli(['init', '--from', 'nowhere.yaml', '--config', 'x.yaml'], { cwd });
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringMatching(/^error: nowhere.yaml cannot be read \(ENOENT\)/) });
    const folder = await runCli(['init', '--config', 'no/such/folder/x.yaml'], { cwd });
    expect(folder).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: no\/such\/folder\/x.yaml cannot be written \(ENOENT\)/),
    });
  });
});
