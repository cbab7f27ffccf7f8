import { parseInstant } from '@bqsync/core';
import { type Action, WISHES } from './wishes.ts';

/** `start` and `stop` are wishes that last; `resync` is done once. */
const ACTIONS = [...WISHES, 'resync'] as const;

/** What a POST to `/SyncControl` asks for. */
export type Command =
  /** Without a table: every table. */
  | { readonly action: Action; readonly tableId: string | undefined }
  /** Without an instant: every row. */
  | { readonly action: 'resync'; readonly tableId: string; readonly from: string | undefined };

/** Why a request is refused, for the answer's body. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  readonly error: string;
  readonly actions?: readonly string[];
  readonly tables?: readonly string[];
}

/** The part of Harper's user that decides about access. */
export interface User {
  readonly role?: { readonly permission?: { readonly super_user?: boolean | undefined } | undefined } | undefined;
}

/** Undefined for a super user. */
export function refuseUser(user: User | null | undefined): Refusal | undefined {
  if (user === null || user === undefined) return { status: 401, error: 'log in as a super user' };
  if (user.role?.permission?.super_user !== true) return { status: 403, error: 'only a super user may see or control the sync' };
  return undefined;
}

/** Reads a request's body; a refusal lists what would be accepted. */
export function parseCommand(body: unknown, tableIds: readonly string[]): Command | Refusal {
  const refuse = (error: string): Refusal => ({ status: 400, error, actions: ACTIONS, tables: tableIds });
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('the body is not a JSON object');
  const { action, table, from, ...rest } = body as Record<string, unknown>;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) return refuse(`unknown key ${unknown.map((key) => JSON.stringify(key)).join(', ')}`);
  const known = ACTIONS.find((name) => name === action);
  if (known === undefined) return refuse(action === undefined ? 'action is missing' : `unknown action ${JSON.stringify(action)}`);
  const tableId = tableIds.find((id) => id === table);
  if (table !== undefined && tableId === undefined) return refuse(`unknown table ${JSON.stringify(table)}`);
  if (known !== 'resync') return from === undefined ? { action: known, tableId } : refuse(`"from" does not belong to ${known}`);
  if (tableId === undefined) return refuse('resync needs a table');
  if (from === undefined) return { action: known, tableId, from };
  if (typeof from !== 'string' || parseInstant(from) === undefined) {
    return refuse(`"from" is not an instant such as 2026-01-31T00:00:00Z: ${JSON.stringify(from)}`);
  }
  return { action: known, tableId, from };
}
