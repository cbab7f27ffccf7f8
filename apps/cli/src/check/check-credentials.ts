import { readFile } from 'node:fs/promises';
import type { ConnectionConfig } from '@bqsync/config';
import { BqsyncError } from '@bqsync/errors';
import { failure, type Finding } from './finding.ts';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'credential_source', 'token_url'],
  impersonated_service_account: ['service_account_impersonation_url', 'source_credentials'],
};

/** Whether the configured credentials can be read and have what their type needs. Shows nothing of them but the account's name. */
export async function checkCredentials({ credentials, apiEndpoint }: ConnectionConfig): Promise<Finding> {
  if (credentials.kind === 'anonymous') return ok(`none, for ${apiEndpoint ?? 'the local endpoint'}`);
  if (credentials.kind === 'default') return ok('application default credentials; the first call of BigQuery shows whether there are any');
  const { path } = credentials;
  const bad = (what: string, hint: string, cause?: unknown): Finding =>
    failure('credentials', undefined, new BqsyncError('BQS_SOURCE_UNAUTHENTICATED', `key file ${path} ${what}`, { hint, cause }));
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    return bad(
      'cannot be read',
      'check the path in bigquery.credentials, which is relative to the configuration, and the permissions',
      cause,
    );
  }
  const key = parsed(text);
  if (key === undefined) return bad('is not JSON', 'download a key of the service account as JSON');
  const type = key['type'];
  const fields = typeof type === 'string' && Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (fields === undefined) {
    return bad('has no known "type"', `its type must be one of ${Object.keys(FIELDS).join(', ')}`);
  }
  const missing = fields.filter((field) => key[field] === undefined || key[field] === '');
  if (missing.length > 0) return bad(`has no ${missing.join(', ')}`, 'download the key anew');
  return ok(typeof key['client_email'] === 'string' ? `${String(type)} ${key['client_email']}` : String(type));
}

function ok(message: string): Finding {
  return { level: 'ok', check: 'credentials', message };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
