import { afterEach, describe, expect, it } from 'vitest';
import { createBigQueryClient } from './connection.ts';
import { failure, never } from './local.test-kit.ts';
import { createTransport } from './transport.ts';

const emulator = process.env.BIGQUERY_EMULATOR_HOST;
afterEach(() => {
  if (emulator === undefined) delete process.env.BIGQUERY_EMULATOR_HOST;
  else process.env.BIGQUERY_EMULATOR_HOST = emulator;
});

describe('createBigQueryClient', () => {
  it('refuses to go to Google without credentials', () => {
    expect(() => createBigQueryClient({ projectId: 'p', credentials: { kind: 'anonymous' } })).toThrow('without credentials');
  });

  it('goes where it was told to, whatever the environment says', () => {
    process.env.BIGQUERY_EMULATOR_HOST = 'http://127.0.0.1:1';
    const client = createBigQueryClient({ projectId: 'p', credentials: { kind: 'anonymous' }, apiEndpoint: 'http://127.0.0.1:2/' });
    expect(client.baseUrl).toBe('http://127.0.0.1:2/bigquery/v2');
  });

  it('says when the key file cannot be read, without looking for other credentials', async () => {
    const client = createBigQueryClient({
      projectId: 'p',
      credentials: { kind: 'file', path: '/nowhere/key.json' },
      apiEndpoint: 'http://127.0.0.1:2',
    });
    const error = await failure(createTransport(client, 5000).get({ path: '/x', place: { doing: 'test' }, signal: never }));
    expect(error).toMatchObject({ code: 'BQS_SOURCE_UNAUTHENTICATED', retryable: false });
    expect(error.hint).toContain('key file');
  });
});
