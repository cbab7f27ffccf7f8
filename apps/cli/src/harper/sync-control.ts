import { BqsyncError } from '@bqsync/errors';
import type { CommandContext } from '../context.ts';
import { DEFAULT_HARPER_URL, type HarperOptions, harperUrl, requireLogin } from './harper-options.ts';
import { callHarper } from './http.ts';
import { isRecord } from './operations.ts';
import { readSyncStatus, type SyncStatus } from './sync-status.ts';

const TIMEOUT_MS = 30_000;

/** What the plugin is asked for. */
export type ControlRequest =
  | { readonly action: 'start' | 'stop'; readonly table?: string | undefined }
  | { readonly action: 'resync'; readonly table: string; readonly from?: string | undefined };

/** `GET /SyncControl` of a running plugin, or with a request `POST`. Both answer with the status. */
export async function callSyncControl(context: CommandContext, options: HarperOptions, request?: ControlRequest): Promise<SyncStatus> {
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
  if (status >= 200 && status < 300) return readSyncStatus(body, base);
  if (status === 400 && isRecord(body)) throw refused(body);
  throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `${base}/SyncControl answered ${status}`, {
    hint:
      status === 404
        ? 'the plugin is not there: add @bqsync/harper-plugin to the application, or name another Harper with --harper'
        : "see Harper's log",
    context: { status },
  });
}

function refused(body: Readonly<Record<string, unknown>>): BqsyncError {
  const tables = Array.isArray(body['tables']) ? body['tables'].map(String) : [];
  return new BqsyncError('BQS_USAGE', `the plugin refuses: ${String(body['error'])}`, {
    hint: tables.length > 0 ? `its tables are ${tables.join(', ')}` : undefined,
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
