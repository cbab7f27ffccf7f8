import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BqsyncError } from '@bqsync/errors';
import type { BqsyncConfig } from './config.ts';
import { type ConfigOptions, resolveText } from './resolve-config.ts';

/**
 * Reads and checks a YAML configuration: a file of bqsync's own, or a Harper application's `config.yaml` with a section for
 * `@bqsync/harper-plugin`. Reads nothing else: neither the key file nor BigQuery.
 *
 * @param path - of the file; errors name it as it is given here
 * @throws BqsyncError `BQS_CONFIG_UNREADABLE` if the file cannot be read
 * @throws {@link ConfigError} `BQS_CONFIG_INVALID` with everything that is wrong, each at `file:line:column`
 *
 * @example
 * const { bigquery, tables } = await loadConfig('bqsync.yaml');
 */
export async function loadConfig(path: string, options: ConfigOptions = {}): Promise<BqsyncConfig> {
  return parseConfig(await readText(path), path, { baseDir: dirname(resolve(path)), ...options });
}

/**
 * Checks a YAML configuration given as text; `file` is what errors call it.
 *
 * @throws {@link ConfigError} `BQS_CONFIG_INVALID` with everything that is wrong
 */
export function parseConfig(text: string, file: string, options: ConfigOptions = {}): BqsyncConfig {
  return resolveText({ file, text }, options);
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `${path}: ${REASONS[code] ?? `cannot be read (${code})`}`, {
      hint: code === 'ENOENT' ? 'bqsync init writes a configuration to start from' : 'give the path of a YAML file that this user can read',
      context: { file: path },
      cause,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `${path}: is not UTF-8 text`, {
      hint: 'save it as UTF-8',
      context: { file: path },
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'is a folder, not a file',
};
