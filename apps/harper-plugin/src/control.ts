import { ACTIONS, type Action } from './wishes.ts';

/** What a POST to `/SyncControl` asks for. */
export interface Command {
  readonly action: Action;
  /** Absent: every table. */
  readonly tableId: string | undefined;
}

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
  const { action, table, ...rest } = body as Record<string, unknown>;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) return refuse(`unknown key ${unknown.map((key) => JSON.stringify(key)).join(', ')}`);
  const known = ACTIONS.find((name) => name === action);
  if (known === undefined) return refuse(action === undefined ? 'action is missing' : `unknown action ${JSON.stringify(action)}`);
  if (table === undefined) return { action: known, tableId: undefined };
  const tableId = tableIds.find((id) => id === table);
  if (tableId === undefined) return refuse(`unknown table ${JSON.stringify(table)}`);
  return { action: known, tableId };
}
