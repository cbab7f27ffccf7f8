import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { BqsyncError } from '@bqsync/errors';

/** What a key file of each type must have. https://cloud.google.com/iam/docs/keys-create-delete, /docs/authentication */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'credential_source', 'token_url'],
  external_account_authorized_user: ['client_id', 'refresh_token'],
  impersonated_service_account: ['service_account_impersonation_url', 'source_credentials'],
  gdch_service_account: ['private_key', 'token_uri'],
};

const DOWNLOAD = 'download a key of the service account as JSON, and give its path as bigquery.credentials';

export type KeyFile = Readonly<Record<string, unknown>> & { readonly type: string };

/** What tells one state of a key file from another; undefined: it is not there. */
export async function keyFileState(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * The content of a key file that can be used as far as can be seen without asking anyone.
 *
 * @throws `BQS_CONFIG_INVALID` naming the file and what is wrong with it, never its content.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await textOf(path);
  if (text.trim() === '') throw unusable(path, 'is empty', DOWNLOAD);
  const key = parsed(text);
  if (key === undefined) throw unusable(path, 'is not JSON', DOWNLOAD);
  if (key === 'other') throw unusable(path, 'is not a JSON object', DOWNLOAD);
  const { type } = key;
  const fields = typeof type === 'string' && Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (fields === undefined) {
    const shown = type === undefined ? '' : ` (${JSON.stringify(type).slice(0, 60)})`;
    throw unusable(path, `has no known "type"${shown}`, `its type must be one of ${Object.keys(FIELDS).join(', ')}`);
  }
  const missing = fields.filter((field) => key[field] === undefined || key[field] === null || key[field] === '');
  if (missing.length > 0) throw unusable(path, `has no ${missing.join(', ')}`, DOWNLOAD);
  if (fields.includes('private_key') && !isPrivateKey(key['private_key']))
    throw unusable(path, 'has a private_key that is not a key', DOWNLOAD);
  return key as KeyFile;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why: Readonly<Record<string, string>> = {
      ENOENT: 'it does not exist',
      EACCES: 'this user may not',
      EPERM: 'this user may not',
      EISDIR: 'it is a directory',
    };
    const hint = 'check the path in bigquery.credentials, which is relative to the configuration, and the permissions of the key file';
    throw unusable(path, `cannot be read: ${why[code] ?? code}`, hint);
  }
}

function parsed(text: string): Record<string, unknown> | 'other' | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : 'other';
  } catch {
    // The parser's message may repeat a piece of the key.
    return undefined;
  }
}

function isPrivateKey(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    createPrivateKey(value);
    return true;
  } catch {
    return false;
  }
}

function unusable(path: string, what: string, hint: string): BqsyncError {
  return new BqsyncError('BQS_CONFIG_INVALID', `key file ${path} ${what}`, { hint, context: { file: path } });
}
