import { connect } from './connect.ts';
import { currentThread, setCurrentThread } from './current-thread.ts';
import { harper, type PluginScope } from './harper.ts';
import { SyncThread } from './sync-thread.ts';

export { nodeIdOf, workerIdOf } from './node-id.ts';
export type { PluginScope } from './harper.ts';
export type { SyncStatus, TableView, WorkerView } from './status-view.ts';

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
    await currentThread()?.close();
    const thread = new SyncThread({
      hostname: server.hostname,
      workerIndex: server.workerIndex ?? 0,
      workerCount: server.workerCount ?? 1,
      baseDir: scope.directory,
      logger,
      connect,
    });
    setCurrentThread(thread);
    scope.on('close', () => {
      void thread.close();
    });
    scope.options.on('change', () => {
      void thread.reload(scope.options.getAll());
    });
    scope.options.on('remove', () => {
      void thread.withdraw();
    });
    await thread.open(scope.options.getAll());
  } catch (error) {
    logger.error?.(`bqsync: ${error instanceof Error ? error.message : String(error)}`);
  }
}
