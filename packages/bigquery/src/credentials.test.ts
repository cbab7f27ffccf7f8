import { once } from 'node:events';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { CredentialsHolder } from './credentials.ts';
import { failure, never } from './local.test-kit.ts';
import { createTransport, type Transport } from './transport.ts';

let directory: string;
let path: string;
let server: Server;
let url: string;
/** Tokens that BigQuery takes, and keys that the token endpoint gives tokens for. */
let goodTokens: Set<string>;
let goodKeys: Set<string>;
let tokensGiven: string[];
let calls: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bqsync-credentials-'));
  path = join(directory, 'key.json');
  goodTokens = new Set();
  goodKeys = new Set();
  tokensGiven = [];
  calls = 0;
  server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  if (request.url === '/token') {
    let form = '';
    for await (const chunk of request) form += String(chunk);
    const key = new URLSearchParams(form).get('subject_token') ?? '';
    if (!goodKeys.has(key)) return { status: 400, body: { error: 'invalid_grant', error_description: 'the key is revoked' } };
    const token = `${key}-${String(tokensGiven.length)}`;
    tokensGiven.push(token);
    goodTokens.add(token);
    return {
      status: 200,
      body: {
        access_token: token,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      },
    };
  }
  calls += 1;
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  if (goodTokens.has(token)) return { status: 200, body: { token } };
  return {
    status: 401,
    body: { error: { code: 401, message: 'Invalid Credentials', errors: [{ reason: 'authError', message: 'Invalid Credentials' }] } },
  };
}

/** A key whose token endpoint is on this machine, as no other kind of key file may say. */
function keyOf(key: string): string {
  const subject = join(directory, `${key}.txt`);
  writeFileSync(subject, key);
  return JSON.stringify({
    type: 'external_account',
    audience: '//iam.googleapis.com/x',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${url}/token`,
    credential_source: { file: subject },
  });
}

let replaced = 0;
function putKey(key: string): void {
  writeFileSync(path, keyOf(key));
  // As if some time had passed since the one before.
  replaced += 1;
  utimesSync(path, new Date(), new Date(Date.now() + replaced * 1000));
  goodKeys.add(key);
}

function transportOf(credentials: Connection['credentials'] = { kind: 'file', path }, env: NodeJS.ProcessEnv = {}): Transport {
  return createTransport(new CredentialsHolder({ projectId: 'p', credentials, apiEndpoint: url }, env), 5000);
}

const ask = async (transport: Transport): Promise<string> =>
  ((await transport.get({ path: '/x', place: { doing: 'ask' }, signal: never })).body as { token: string }).token;

describe('a key file replaced by a new key, old key revoked', () => {
  it('is read at the next 401, and the call succeeds', async () => {
    putKey('old');
    const transport = transportOf();
    expect(await ask(transport)).toBe('old-0');
    putKey('new');
    goodKeys.delete('old');
    goodTokens.delete('old-0');
    expect(await ask(transport)).toBe('new-1');
  });

  it('is read once it has changed, though the old token would still be taken', async () => {
    putKey('old');
    const transport = transportOf();
    expect(await ask(transport)).toBe('old-0');
    putKey('new');
    // It is looked at no more than once a second.
    for (let i = 0; i < 100 && (await ask(transport)) === 'old-0'; i++) await sleep(50);
    expect(await ask(transport)).toBe('new-1');
  });

  it('is not used while it is half written', async () => {
    putKey('old');
    const transport = transportOf();
    expect(await ask(transport)).toBe('old-0');
    writeFileSync(path, '{"type":"external_acc');
    await sleep(1100);
    expect(await ask(transport)).toBe('old-0');
    goodTokens.clear();
    expect(await failure(ask(transport))).toMatchObject({ code: 'BQS_CONFIG_INVALID', message: `key file ${path} is not JSON` });
    putKey('new');
    expect(await ask(transport)).toBe('new-1');
  });

  it('names the file where the new key is refused, too, and asks no more than twice', async () => {
    putKey('old');
    const transport = transportOf();
    await ask(transport);
    goodKeys.clear();
    goodTokens.clear();
    calls = 0;
    const error = await failure(ask(transport));
    expect(error).toMatchObject({ code: 'BQS_SOURCE_UNAUTHENTICATED', hint: expect.stringContaining(path) as string });
    expect(error.message).toContain('the key is revoked');
    expect(calls).toBe(1);
    goodKeys.add('old');
    expect(await ask(transport)).toMatch(/^old-/);
  });

  it('is that of GOOGLE_APPLICATION_CREDENTIALS, too', async () => {
    putKey('old');
    const transport = transportOf({ kind: 'default' }, { GOOGLE_APPLICATION_CREDENTIALS: path });
    expect(await ask(transport)).toBe('old-0');
    putKey('new');
    goodTokens.clear();
    expect(await ask(transport)).toBe('new-1');
  });
});

describe('a token that is no longer taken', () => {
  it('is fetched again once, however many calls meet the refusal', async () => {
    putKey('same');
    const transport = transportOf();
    await ask(transport);
    goodTokens.clear();
    expect(new Set(await Promise.all([ask(transport), ask(transport), ask(transport)]))).toEqual(new Set(['same-1']));
    expect(tokensGiven).toEqual(['same-0', 'same-1']);
  });

  it('is asked for once more without credentials, which a proxy may have refused for a moment', async () => {
    const transport = transportOf({ kind: 'anonymous' });
    expect(await failure(ask(transport))).toMatchObject({ code: 'BQS_SOURCE_UNAUTHENTICATED' });
    expect(calls).toBe(2);
  });
});
