import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BqsyncError } from '@bqsync/errors';
import type { HarperProcess } from '@bqsync/harper-process';
import { configuration, type SyncSettings } from '../harper/application.ts';

/** What `bqsync verify --json` says of one table. */
export interface TableVerdict {
  readonly table: string;
  readonly exact: boolean;
  readonly source: number;
  readonly target: number;
  readonly applied: number;
  readonly pending: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly missing: number;
  readonly different: number;
  readonly extra: number;
  readonly examples: readonly unknown[];
}

interface VerifyDocument {
  readonly tables?: readonly (TableVerdict & { readonly error?: { readonly message: string } })[];
  readonly error?: { readonly message: string };
}

/** Compares every row by the command that users have, in a process of its own. */
export async function verify(
  dir: string,
  settings: SyncSettings,
  harper: HarperProcess,
  signal: AbortSignal,
): Promise<readonly TableVerdict[]> {
  const config = join(dir, 'bqsync.yaml');
  // JSON is YAML.
  writeFileSync(config, `${JSON.stringify(configuration(settings), null, 2)}\n`);
  const { username, password } = harper.credentials;
  const args = ['verify', '--json', '--config', config, '--operations', harper.operationsUrl];
  const env = { ...process.env, BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password };
  const text = await outputOf(fileURLToPath(import.meta.resolve('@bqsync/cli/dist/main.js')), args, env, signal);
  const document = parse(text);
  const failed = document.error ?? document.tables?.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined || document.tables === undefined)
    throw new BqsyncError('BQS_INTERNAL', `bqsync verify could not compare: ${failed?.message ?? text.slice(0, 500)}`);
  return document.tables;
}

/** Exact, and nothing that verify forgives elsewhere: no row is still to come, set aside or there twice. */
export function isExact({ exact, source, target, applied, pending, quarantined, duplicates }: TableVerdict, written: number): boolean {
  const set = pending + quarantined + duplicates;
  return exact && set === 0 && source === written && target === written && applied === written;
}

function outputOf(script: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { env, signal, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve(output);
    });
  });
}

function parse(text: string): VerifyDocument {
  try {
    return JSON.parse(text) as VerifyDocument;
  } catch (cause) {
    throw new BqsyncError('BQS_INTERNAL', `bqsync verify answered with something else than JSON: ${text.slice(0, 500)}`, { cause });
  }
}
