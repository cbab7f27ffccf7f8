import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKeyFile } from './key-file.ts';
import { failure, never, spec } from './local.test-kit.ts';
import { createBigQuerySource } from './source.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bqsync-key-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SECRET = 'hunter2';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const account = { type: 'service_account', client_email: 'a@b.iam', private_key: pem };

describe('a key file that cannot be used is a configuration error with the file’s name', () => {
  it.each([
    ['a key file with {"foo":1}', '{"foo":1}', 'has no known "type"'],
    ['an empty file', '', 'is empty'],
    ['white space', ' \n\t', 'is empty'],
    ['half a file', `{"type":"service_account","private_key":"${SECRET}`, 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['null', 'null', 'is not a JSON object'],
    ['a number', '1', 'is not a JSON object'],
    ['another type', '{"type":"service_acount"}', 'has no known "type" ("service_acount")'],
    ['a type of no text', '{"type":{"a":1}}', 'has no known "type" ({"a":1})'],
    ['a type of JavaScript’s own', '{"type":"constructor"}', 'has no known "type" ("constructor")'],
    ['no private_key', JSON.stringify({ ...account, private_key: undefined }), 'has no private_key'],
    ['an empty private_key', JSON.stringify({ ...account, private_key: '' }), 'has no private_key'],
    ['no client_email', JSON.stringify({ ...account, client_email: null }), 'has no client_email'],
    ['a private_key of no text', JSON.stringify({ ...account, private_key: 5 }), 'has a private_key that is not a key'],
    [
      'a private_key that is cut',
      JSON.stringify({ ...account, private_key: `${pem.slice(0, 200)}${SECRET}` }),
      'has a private_key that is not a key',
    ],
    ['no refresh_token', '{"type":"authorized_user","client_id":"a","client_secret":"b"}', 'has no refresh_token'],
  ])('%s', async (name, text, what) => {
    const path = join(directory, `${name.replaceAll(/\W/g, '_')}.json`);
    writeFileSync(path, text);
    const source = createBigQuerySource({ connection: { projectId: 'p', credentials: { kind: 'file', path } } });
    const error = await failure(source.describe(spec('t'), never));
    expect(error).toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      retryable: false,
      message: expect.stringContaining(`key file ${path} ${what}`) as string,
    });
    expect(error.hint).toBeDefined();
    expect(JSON.stringify(error) + String(error.stack)).not.toContain(SECRET);
  });

  it('a directory, a file that is not there, one that may not be read', async () => {
    const folder = join(directory, 'folder');
    mkdirSync(folder);
    const closed = join(directory, 'closed.json');
    writeFileSync(closed, JSON.stringify(account));
    chmodSync(closed, 0o000);
    for (const [path, what] of [
      [folder, 'cannot be read: it is a directory'],
      [join(directory, 'nowhere.json'), 'cannot be read: it does not exist'],
      [join(directory, 'closed.json', 'x'), 'cannot be read: ENOTDIR'],
      // Root may read everything.
      ...(process.getuid?.() === 0 ? [] : [[closed, 'cannot be read: this user may not'] as const]),
    ] as const) {
      expect(await failure(readKeyFile(path))).toMatchObject({ code: 'BQS_CONFIG_INVALID', message: `key file ${path} ${what}` });
    }
  });

  it('takes a key of each type', async () => {
    for (const [name, key] of Object.entries({
      account: `\uFEFF${JSON.stringify(account)}`,
      user: '{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"}',
      external: '{"type":"external_account","audience":"a","credential_source":{"file":"f"},"token_url":"u"}',
    })) {
      const path = join(directory, `${name}.json`);
      writeFileSync(path, key);
      expect((await readKeyFile(path)).type).toContain(name);
    }
  });
});
