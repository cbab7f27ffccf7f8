import { currentThread } from './current-thread.ts';
import { parseCommand, parsePath, type Refusal, refuseMethod, refuseUser, UnreadableBody, type User } from './control.ts';
import { answerTo, ask, type Task, withdraw } from './requests.ts';
import { statusView, type SyncStatus, type TableView } from './status-view.ts';
import { Wishes } from './wishes.ts';
import { loadReports } from './worker-row.ts';

/** How long a POST waits for the table's owner. */
const WAIT_MS = 10_000;

/** An answer as Harper's REST interface takes it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** What a request names, as Harper takes its URL apart: what comes behind `/SyncControl`. */
export interface Target {
  readonly pathname: string;
  /** Behind the question mark. */
  readonly search?: string | undefined;
}

/** `GET /SyncControl`: the status; `GET /SyncControl/{table}`: that table's part of it. */
export async function getControl(user: User | null | undefined, target: Target): Promise<Answer> {
  const refusal = refuseUser(user);
  if (refusal !== undefined) return refused(refusal);
  const place = placeOf(target);
  return 'status' in place ? refused(place) : answer(200, await readStatus(place.tableId));
}

/**
 * `POST /SyncControl`, or `/SyncControl/{table}` for one table: stores a wish and answers with the status, which the threads follow within a
 * second; or has a table read again, and answers once that is durable.
 */
export async function postControl(user: User | null | undefined, target: Target, body: unknown): Promise<Answer> {
  // Awaited also where it is refused: nobody else looks at a body that cannot be read.
  const content = await Promise.resolve(body).catch(
    (error: unknown) => new UnreadableBody(String(error instanceof Error ? error.message : error)),
  );
  const refusal = refuseUser(user);
  if (refusal !== undefined) return refused(refusal);
  const thread = currentThread();
  const place = placeOf(target);
  // As for a table in the body: 404 is what Harper answers without the plugin.
  if ('status' in place) return refused({ ...place, status: 400 });
  const command = parseCommand(content, tableIds(), place.tableId);
  if ('status' in command) return refused(command);
  switch (command.action) {
    case 'resync':
      return resync(command);
    case 'repair': {
      const request = await ask(command);
      return answer(202, { action: 'repair', table: command.tableId, request, status: 'pending' });
    }
    case 'answer':
      return answerOf(command.request);
    case 'withdraw':
      await withdraw(command.request);
      return answer(200, { request: command.request });
    default:
      break;
  }
  await (await Wishes.load()).store(command.action, command.tableId);
  thread?.look();
  return answer(200, await readStatus(place.tableId));
}

/** Any other request. */
export function refuseRequest(user: User | null | undefined): Answer {
  return refused(refuseMethod(user));
}

/** A request for a stream of events, by a WebSocket or MQTT: Harper makes a refusal of the error. */
export function refuseStream(user: User | null | undefined): never {
  const { status, error } = refuseMethod(user);
  throw Object.assign(new Error(error), { statusCode: status });
}

function tableIds(): readonly string[] {
  return currentThread()?.config?.tables.map(({ id }) => id) ?? [];
}

function placeOf({ pathname, search }: Target): ReturnType<typeof parsePath> {
  if (search !== undefined && search !== '') {
    return { status: 400, error: 'the URL has a query, which is not understood: name a table in the path, as in /SyncControl/ports' };
  }
  return parsePath(pathname, tableIds());
}

async function resync(task: Task & { readonly action: 'resync' }): Promise<Answer> {
  const { tableId, from } = task;
  const outcome = await answerTo(await ask(task), WAIT_MS);
  const about = { action: 'resync', table: tableId, ...(from === undefined ? {} : { from }) };
  if (outcome?.status === 'refused') return answer(409, { ...about, error: outcome.error });
  return answer(outcome?.status === 'done' ? 200 : 202, { ...about, status: outcome?.status === 'done' ? 'begun' : 'pending' });
}

async function answerOf(request: string): Promise<Answer> {
  const found = await answerTo(request, WAIT_MS);
  if (found === undefined)
    return answer(409, { request, error: { message: 'there is no such request: it was withdrawn, or answered before' } });
  if (found.status === 'refused') return answer(409, { request, error: found.error });
  return answer(found.status === 'done' ? 200 : 202, { request, ...found });
}

async function readStatus(tableId: string | undefined): Promise<SyncStatus | TableView | undefined> {
  const status = await statusOf(tableId);
  return tableId === undefined ? status : status.tables.find((table) => table.tableId === tableId);
}

/** With rows counted of the one table, or of all. */
async function statusOf(tableId: string | undefined): Promise<SyncStatus> {
  const thread = currentThread();
  const reports = await loadReports(thread?.workerCount ?? 0);
  return statusView({
    node: thread?.hostname ?? '',
    problem: thread === undefined ? { code: 'BQS_INTERNAL', message: 'the plugin is not running on this thread' } : thread.problem,
    tables: thread?.config?.tables ?? [],
    counts: (await thread?.counts(tableId)) ?? new Map(),
    desired: await Wishes.load(),
    places: thread?.places ?? new Map(),
    reports,
    nodes: thread?.nodes ?? [],
  });
}

function refused({ status, ...data }: Refusal): Answer {
  return { ...answer(status, data), headers: status === 401 ? { ...JSON_TYPE, 'www-authenticate': 'Basic' } : JSON_TYPE };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function answer(status: number, data: unknown): Answer {
  return { status, headers: JSON_TYPE, data };
}
