import { currentThread } from './current-thread.ts';
import { parseCommand, type Refusal, refuseUser, type User } from './control.ts';
import { statusView, type SyncStatus } from './status-view.ts';
import { Wishes } from './wishes.ts';
import { loadReports } from './worker-row.ts';

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

/** `POST /SyncControl`: stores the wish and answers with the status; the threads follow within a second. */
export async function postControl(user: User | null | undefined, body: () => Promise<unknown>): Promise<Answer> {
  const refusal = refuseUser(user);
  if (refusal !== undefined) return refused(refusal);
  const thread = currentThread();
  const command = parseCommand(await body(), thread?.config?.tables.map(({ id }) => id) ?? []);
  if ('status' in command) return refused(command);
  await (await Wishes.load()).store(command.action, command.tableId);
  thread?.look();
  return answer(200, await readStatus());
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
