import type { ConnectionConfig } from '@bqsync/config';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';
import { failure, type Finding } from './finding.ts';

/** Whether the configured credentials can be read and have what their type needs. Shows nothing of them but the account's name. */
export async function checkCredentials({ credentials, apiEndpoint }: ConnectionConfig): Promise<Finding> {
  if (credentials.kind === 'anonymous') return ok(`none, for ${apiEndpoint ?? 'the local endpoint'}`);
  if (credentials.kind === 'default') return ok('application default credentials; the first call of BigQuery shows whether there are any');
  // Google's client takes most of a second to load, and without credentials nothing else needs it.
  const { readKeyFile } = await import('@bqsync/bigquery');
  try {
    const { type, client_email: account } = await readKeyFile(credentials.path);
    return ok(typeof account === 'string' ? `${type} ${account}` : type);
  } catch (cause) {
    const { message, hint } = toBqsyncError(cause);
    // What lacks are credentials of the source, which is what the exit code says.
    return failure('credentials', undefined, new BqsyncError('BQS_SOURCE_UNAUTHENTICATED', message, { hint, cause }));
  }
}

function ok(message: string): Finding {
  return { level: 'ok', check: 'credentials', message };
}
