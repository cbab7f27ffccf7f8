import { readFileSync } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';

export const DEFAULT_HARPER_URL = 'http://localhost:9926';
export const DEFAULT_OPERATIONS_URL = 'http://localhost:9925';

/** The options of commands that talk to Harper. */
export interface HarperOptions {
  readonly harper?: string;
  readonly operations?: string;
  readonly user?: string;
  readonly passwordFile?: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

export function withHarperOptions(command: Command, interfaces: { readonly rest: boolean; readonly operations: boolean }): Command {
  if (interfaces.rest) command.option('--harper <url>', `Harper's HTTP interface (default: ${DEFAULT_HARPER_URL})`);
  if (interfaces.operations) command.option('--operations <url>', `Harper's operations API (default: ${DEFAULT_OPERATIONS_URL})`);
  return command
    .option('--user <name>', 'a super user of Harper (default: BQSYNC_HARPER_USER)')
    .option('--password-file <file>', 'holds the password (default: BQSYNC_HARPER_PASSWORD)');
}

/** Who to log in as; undefined if nothing was said of it. Throws `BQS_USAGE` if only half was. */
export function loginOf({ user, passwordFile }: HarperOptions, env: CommandContext['env']): Login | undefined {
  const username = nonEmpty(user) ?? nonEmpty(env['BQSYNC_HARPER_USER']);
  const password = passwordFile === undefined ? nonEmpty(env['BQSYNC_HARPER_PASSWORD']) : readPassword(passwordFile);
  if (username !== undefined && password !== undefined) return { username, password };
  if (username === undefined && password === undefined) return undefined;
  const [given, missing] = username === undefined ? ['a password', 'the user'] : ['a user', 'the password'];
  throw new BqsyncError('BQS_USAGE', `${given} of Harper is given, ${missing} is not`, { hint: HOW_TO_LOG_IN });
}

export const HOW_TO_LOG_IN = 'set BQSYNC_HARPER_USER and BQSYNC_HARPER_PASSWORD, or give --user and --password-file';

export function requireLogin(options: HarperOptions, env: CommandContext['env']): Login {
  const login = loginOf(options, env);
  if (login !== undefined) return login;
  throw new BqsyncError('BQS_TARGET_DENIED', 'Harper needs a super user to log in as', { hint: HOW_TO_LOG_IN });
}

/** A URL to send a password to: https, or http on this machine. */
export function harperUrl(text: string, option: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new BqsyncError('BQS_USAGE', `${option} is not a URL: ${text}`, { hint: `such as ${DEFAULT_HARPER_URL}`, cause });
  }
  if (url.username !== '' || url.password !== '') {
    throw new BqsyncError('BQS_USAGE', `${option} has a user or a password in it`, { hint: HOW_TO_LOG_IN });
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url.href.replace(/\/+$/, '');
  throw new BqsyncError('BQS_USAGE', `${option} would send the password in the clear to ${url.hostname}`, {
    hint: 'use https, or plain http on this machine only',
  });
}

function readPassword(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BqsyncError('BQS_USAGE', `the password file ${file} cannot be read`, { hint: 'check its path and permissions', cause });
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '') throw new BqsyncError('BQS_USAGE', `the password file ${file} is empty`);
  return password;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
