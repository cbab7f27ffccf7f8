import { currentThread } from './current-thread.ts';
import { parseCommand, type Refusal, refuseUser, type User } from './control.ts';
import { answerTo, ask, type Task, withdraw } from './requests.ts';
import { statusView, type SyncStatus } from './status-view.ts';
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

/** `GET /SyncControl` */
export async function getControl(user: User | null | undefined): Promise<Answer> {
  const refusal = refuseUser(user);
  return refusal === undefined ? answer(200, await readStatus()) : refused(refusal);
}

/**
 * `POST /SyncControl`: stores a wish and answers with the status, which the threads follow within a second; or has a table read again, and answers
 * once that is durable.
 */
export async function postControl(user: User | null | undefined, body: () => Promise<unknown>): Promise<Answer> {
  const refusal = refuseUser(user);
  if (refusal !== undefined) return refused(refusal);
  const thread = currentThread();
  const command = parseCommand(await body(), thread?.config?.tables.map(({ id }) => id) ?? []);
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
  return answer(200, await readStatus());
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

async function readStatus(): Promise<SyncStatus> {
  const thread = currentThread();
  const reports = await loadReports(thread?.workerCount ?? 0);
  return statusView({
    node: thread?.hostname ?? '',
    problem: thread === undefined ? { code: 'BQS_INTERNAL', message: 'the plugin is not running on this thread' } : thread.problem,
    tableIds: thread?.config?.tables.map(({ id }) => id) ?? [],
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
