import { type Stats, unwatchFile, utimes, watchFile } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import { watchTables } from '@bqsync/harper';
import { connect } from './connect.ts';
import { currentThread, setCurrentThread } from './current-thread.ts';
import { harper, type PluginScope } from './harper.ts';
import { SyncThread } from './sync-thread.ts';

export { nodeIdOf, workerIdOf } from './node-id.ts';
export type { PluginScope } from './harper.ts';
export type { SyncStatus, TableView, WorkerView } from './status-view.ts';

const SETTLE_MS = 250;
/** How often the configuration's file is looked at: longer than Harper takes to notice a change. */
const LOOK_MS = 2_000;
const MAX_TOUCHES = 5;

/** Known to Harper: this module handles the application's section of the configuration itself. */
export const suppressHandleApplicationWarning = true;

/**
 * Called by Harper on each of its worker threads. Begins to sync what the application's configuration says, in the background, and follows
 * its changes. Never throws and never waits for the source: what is wrong is in `GET /SyncControl` and in Harper's log.
 */
export async function handleApplication(scope: PluginScope): Promise<void> {
  const { server, logger: globalLogger } = harper();
  const logger = scope.logger ?? globalLogger;
  try {
    watchTables();
    await currentThread()?.close();
    const thread = new SyncThread({
      hostname: server.hostname,
      workerIndex: server.workerIndex ?? 0,
      workerCount: server.workerCount ?? 1,
      baseDir: scope.directory,
      logger,
      connect: (config, node) => connect(config, node, logger),
    });
    setCurrentThread(thread);
    scope.on('close', () => {
      void thread.close();
    });
    followFile(scope, thread);
    // An editor may empty the file before it writes it, which looks like a removal: what holds is what it says a moment later.
    const follow = (): void => {
      clearTimeout(settling);
      settling = setTimeout(() => void thread.reload(scope.options.getAll()), SETTLE_MS);
      settling.unref();
    };
    let settling: NodeJS.Timeout | undefined;
    for (const event of ['change', 'ready', 'remove'] as const) scope.options.on(event, follow);
    await thread.open(scope.options.getAll());
  } catch (error) {
    logger.error?.(`bqsync: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Harper says when it cannot read the file, not when it can again; and where two changes follow each other closely it may hear of the first
 * only. So the file is looked at here too, and touched where Harper has heard nothing of its last change.
 */
function followFile(scope: PluginScope, thread: SyncThread): void {
  const path = scope.configFilePath;
  let heardAtMs = 0;
  let failedAtMs = 0;
  let touches = 0;
  const hear = (): void => {
    heardAtMs = Date.now();
  };
  for (const event of ['change', 'ready', 'remove'] as const) scope.options.on(event, hear);
  scope.on('error', (error) => {
    hear();
    failedAtMs = heardAtMs;
    const why = error instanceof Error ? error.message : String(error);
    thread.setUnreadable(
      new BqsyncError('BQS_CONFIG_UNREADABLE', `${path} cannot be read: ${why}`, {
        hint: 'correct the file; what was configured before goes on',
      }),
    );
  });
  const listener = ({ mtimeMs }: Stats): void => {
    if (mtimeMs === 0) return;
    if (failedAtMs !== 0 && mtimeMs > failedAtMs) thread.setUnreadable(undefined);
    if (heardAtMs >= mtimeMs) {
      touches = 0;
      return;
    }
    if (touches++ >= MAX_TOUCHES) return;
    const now = new Date();
    utimes(path, now, now, (error) => {
      if (error !== null) thread.setUnreadable(unnoticed(path, error));
    });
  };
  watchFile(path, { interval: LOOK_MS, persistent: false }, listener);
  scope.on('close', () => unwatchFile(path, listener));
}

function unnoticed(path: string, cause: Error): BqsyncError {
  return new BqsyncError('BQS_CONFIG_UNREADABLE', `${path} changed, which Harper has not noticed: ${cause.message}`, {
    hint: 'write the file once more, or restart Harper',
    cause,
  });
}
