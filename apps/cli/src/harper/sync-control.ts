import { BqsyncError } from '@bqsync/errors';
import type { CommandContext } from '../context.ts';
import { DEFAULT_HARPER_URL, type HarperOptions, harperUrl, requireLogin } from './harper-options.ts';
import { callHarper } from './http.ts';
import { isRecord } from './operations.ts';
import { readSyncStatus, type SyncStatus } from './sync-status.ts';

const TIMEOUT_MS = 30_000;

/** `GET /SyncControl` of a running plugin. */
export async function readStatus(context: CommandContext, options: HarperOptions): Promise<SyncStatus> {
  const { base, body } = await call(context, options, undefined);
  return readSyncStatus(body, base);
}

/** Stores a wish, for all tables unless one is named; the plugin follows within a second and answers with its status. */
export async function storeWish(
  context: CommandContext,
  options: HarperOptions,
  action: 'start' | 'stop',
  table: string | undefined,
): Promise<SyncStatus> {
  const { base, body } = await call(context, options, { action, table });
  return readSyncStatus(body, base);
}

/** Has a table read again, from an instant on or whole. `pending`: the table's owner has not taken it over yet. */
export async function requestResync(
  context: CommandContext,
  options: HarperOptions,
  table: string,
  from: string | undefined,
): Promise<'begun' | 'pending'> {
  const { status } = await call(context, options, { action: 'resync', table, from });
  return status === 202 ? 'pending' : 'begun';
}

/** A part of a table, by instants of its timestamp column; null: no bound. */
export interface RepairRange {
  readonly from: string | null;
  readonly to: string | null;
  readonly nulls: 'include' | 'exclude' | 'only';
}

/** Has parts of a table read again, written whole and cleared of what the source does not have; resolves to the request's id. */
export async function requestRepair(
  context: CommandContext,
  options: HarperOptions,
  table: string,
  ranges: readonly RepairRange[],
  maxDeletes: number | undefined,
): Promise<string> {
  const { base, body } = await call(context, options, { action: 'repair', table, ranges, maxDeletes });
  if (isRecord(body) && typeof body['request'] === 'string') return body['request'];
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `${base}/SyncControl did not take the repair`, {
    hint: 'the plugin there is older than this command: update it',
  });
}

/** What became of a repair; undefined while it is not done. Waits some seconds for it. */
export async function repairAnswer(
  context: CommandContext,
  options: HarperOptions,
  request: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { status, body } = await call(context, options, { action: 'answer', request });
  if (status === 202) return undefined;
  return isRecord(body) && isRecord(body['outcome']) ? body['outcome'] : {};
}

async function call(
  context: CommandContext,
  options: HarperOptions,
  request: Readonly<Record<string, unknown> & { action: string }> | undefined,
): Promise<{ readonly base: string; readonly status: number; readonly body: unknown }> {
  const base = harperUrl(options.harper ?? DEFAULT_HARPER_URL, '--harper');
  const { status, bytes } = await callHarper({
    url: `${base}/SyncControl`,
    login: requireLogin(options, context.env),
    method: request === undefined ? 'GET' : 'POST',
    accept: 'application/json',
    body: request,
    signal: context.signal,
    timeoutMs: TIMEOUT_MS,
    doing: request?.action ?? 'status',
  });
  const body = parsed(new TextDecoder().decode(bytes));
  if (status >= 200 && status < 300) return { base, status, body };
  if ((status === 400 || status === 409) && isRecord(body)) throw refused(status, body);
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `${base}/SyncControl answered ${status}`, {
    hint:
      status === 404
        ? 'the plugin is not there: add @bqsync/harper-plugin to the application, or name another Harper with --harper'
        : "see Harper's log",
    context: { status },
  });
}

/** 400: not understood; 409: understood, but the table's owner does not do it. */
function refused(status: number, body: Readonly<Record<string, unknown>>): BqsyncError {
  const tables = Array.isArray(body['tables']) ? body['tables'].map(String) : [];
  const error = isRecord(body['error']) ? body['error'] : { message: body['error'] };
  const hint = typeof error['hint'] === 'string' ? error['hint'] : tables.length > 0 ? `its tables are ${tables.join(', ')}` : undefined;
  return new BqsyncError(status === 400 ? 'BQS_USAGE' : 'BQS_TARGET_UNAVAILABLE', `the plugin refuses: ${String(error['message'])}`, {
    hint,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
