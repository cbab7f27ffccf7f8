import { afterEach, describe, expect, it } from 'vitest';
import { createBigQueryClient } from './connection.ts';

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
});
