import { watchTables } from '@bqsync/harper';
import { connect } from './connect.ts';
import { currentThread, setCurrentThread } from './current-thread.ts';
import { harper, type PluginScope } from './harper.ts';
import { locateErrors, SectionFile } from './section-file.ts';
import { SyncThread } from './sync-thread.ts';

export { nodeIdOf, workerIdOf } from './node-id.ts';
export type { PluginScope } from './harper.ts';
export type { SyncStatus, TableView, WorkerView } from './status-view.ts';

// Harper also loads this module on its main thread, which opens tables too, but calls nothing there.
watchTables();

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
      locate: () => locateErrors(scope.configFilePath, scope.directory),
    });
    setCurrentThread(thread);
    const file = new SectionFile(scope.configFilePath, scope.pluginName, {
      onSection: (section) => void thread.reload(section),
      onUnreadable: (error) => thread.setUnreadable(error),
    });
    scope.on('close', () => {
      file.close();
      void thread.close();
    });
    const look = (): void => file.look();
    for (const event of ['change', 'ready', 'remove'] as const) scope.options.on(event, look);
    scope.on('error', look);
    await thread.open(scope.options.getAll());
    // It may have changed since Harper read it.
    file.look();
  } catch (error) {
    logger.error?.(`bqsync: ${error instanceof Error ? error.message : String(error)}`);
  }
}
