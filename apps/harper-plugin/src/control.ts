import { parseInstant } from '@bqsync/core';
import type { RangeText, Task } from './requests.ts';
import { type Action, WISHES } from './wishes.ts';

/** `start` and `stop` are wishes that last; `resync` and `repair` are done once; `answer` asks what became of a repair, `withdraw` takes it back. */
const ACTIONS = [...WISHES, 'resync', 'repair', 'answer', 'withdraw'] as const;

const KEYS: Readonly<Record<(typeof ACTIONS)[number], readonly string[]>> = {
  start: ['table'],
  stop: ['table'],
  resync: ['table', 'from'],
  repair: ['table', 'ranges', 'maxDeletes'],
  answer: ['request'],
  withdraw: ['request'],
};
const ALL_KEYS: ReadonlySet<string> = new Set(['action', ...Object.values(KEYS).flat()]);
/** More than any repair needs: neighbouring ranges are put together before. */
const MAX_RANGES = 100;

/** What a POST to `/SyncControl` asks for. */
export type Command =
  /** Without a table: every table. */
  | { readonly action: Action; readonly tableId: string | undefined }
  | Task
  | { readonly action: 'answer' | 'withdraw'; readonly request: string };

/** Why a request is refused, for the answer's body. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406;
  readonly error: string;
  readonly actions?: readonly string[];
  readonly tables?: readonly string[];
}

/** For ways to ask that there are not: who may not know hears no more than that. */
export function refuseMethod(user: User | null | undefined): Refusal {
  return refuseUser(user) ?? { status: 405, error: 'SyncControl takes GET and POST, and has no stream of events' };
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

/** The table that a path below `/SyncControl` names; undefined for `/SyncControl` itself. */
export function parsePath(path: string, tableIds: readonly string[]): { readonly tableId: string | undefined } | Refusal {
  const rest = path.replace(/^\//, '').replace(/\/$/, '');
  if (rest === '') return { tableId: undefined };
  const name = decoded(rest);
  const tableId = tableIds.find((id) => id === name);
  return tableId === undefined ? { status: 404, error: `unknown table ${JSON.stringify(name)}`, tables: tableIds } : { tableId };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** A body that could not be read, in place of its content. */
export class UnreadableBody {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Reads a request's body, for the table that its path names, if it names one; a refusal lists what would be accepted. */
export function parseCommand(body: unknown, tableIds: readonly string[], pathTable?: string): Command | Refusal {
  const refuse = (error: string): Refusal => ({ status: 400, error, actions: ACTIONS, tables: tableIds });
  if (body instanceof UnreadableBody) return refuse(`the body is not valid JSON: ${body.reason}`);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('the body is not a JSON object');
  const given = body as Record<string, unknown>;
  // What Harper makes of a content type that it does not take apart.
  if (typeof given['contentType'] === 'string' && 'data' in given) {
    return refuse(`the body is sent as ${given['contentType']}: send it with content-type: application/json`);
  }
  const { action, table = pathTable, from, request } = given;
  const unknown = Object.keys(given).filter((key) => !ALL_KEYS.has(key));
  if (unknown.length > 0) return refuse(`unknown key ${unknown.map((key) => JSON.stringify(key)).join(', ')}`);
  const known = ACTIONS.find((name) => name === action);
  if (known === undefined) return refuse(action === undefined ? 'action is missing' : `unknown action ${JSON.stringify(action)}`);
  const tableId = tableIds.find((id) => id === table);
  if (table !== undefined && tableId === undefined) return refuse(`unknown table ${JSON.stringify(table)}`);
  if (pathTable !== undefined && table !== pathTable) {
    return refuse(`"table" is ${JSON.stringify(table)}, but the path names ${JSON.stringify(pathTable)}`);
  }
  const foreign = Object.keys(given).find((key) => key !== 'action' && !KEYS[known].includes(key));
  if (foreign !== undefined) return refuse(`"${foreign}" does not belong to ${known}`);
  if (pathTable !== undefined && !KEYS[known].includes('table')) return refuse(`a table in the path does not belong to ${known}`);
  if (known === 'start' || known === 'stop') return { action: known, tableId };
  if (known === 'answer' || known === 'withdraw') {
    return typeof request === 'string' ? { action: known, request } : refuse(`${known} needs the id of a request`);
  }
  if (tableId === undefined) return refuse(`${known} needs a table`);
  if (known === 'repair')
    return parseRepair(tableId, given['ranges'], given['maxDeletes']) ?? refuse('"ranges" or "maxDeletes" are not understood');
  if (from === undefined) return { action: known, tableId, from };
  if (typeof from !== 'string' || parseInstant(from) === undefined) {
    return refuse(`"from" is not an instant such as 2026-01-31T00:00:00Z: ${JSON.stringify(from)}`);
  }
  return { action: known, tableId, from };
}

function parseRepair(tableId: string, ranges: unknown, maxDeletes: unknown): Task | undefined {
  if (!Array.isArray(ranges) || ranges.length === 0 || ranges.length > MAX_RANGES || !ranges.every(isRange)) return undefined;
  if (maxDeletes === undefined) return { action: 'repair', tableId, ranges, maxDeletes };
  return Number.isSafeInteger(maxDeletes) && Number(maxDeletes) >= 0
    ? { action: 'repair', tableId, ranges, maxDeletes: Number(maxDeletes) }
    : undefined;
}

function isRange(value: unknown): value is RangeText {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, nulls } = value as Record<string, unknown>;
  return isBound(from) && isBound(to) && (nulls === 'include' || nulls === 'exclude' || nulls === 'only');
}

function isBound(value: unknown): boolean {
  return value === null || (typeof value === 'string' && parseInstant(value) !== undefined);
}
