import { type CursorRange, parseInstant, type SyncOrchestrator } from '@bqsync/core';
import { type BqsyncError, toBqsyncError } from '@bqsync/errors';
import { answerRequest, pendingRequests, type RangeText, type Request } from './requests.ts';

/**
 * Does what was asked to be done once for the tables of this thread. A repair goes on beside everything else; until it is answered it stays a
 * request, so that whoever runs the table after a crash or a handover does it again.
 */
export class RequestServer {
  readonly #onFault: (error: BqsyncError) => void;
  readonly #repairing = new Set<string>();

  constructor(onFault: (error: BqsyncError) => void) {
    this.#onFault = onFault;
  }

  async serve(orchestrator: SyncOrchestrator, isHere: (tableId: string) => boolean): Promise<void> {
    for (const request of await pendingRequests()) {
      if (!isHere(request.task.tableId) || this.#repairing.has(request.id)) continue;
      if (request.task.action === 'resync') await answerRequest(request, { error: await failureOf(() => resync(orchestrator, request)) });
      else this.#beginRepair(orchestrator, request);
    }
  }

  #beginRepair(orchestrator: SyncOrchestrator, request: Request): void {
    this.#repairing.add(request.id);
    void (async () => {
      try {
        await repair(orchestrator, request);
      } catch (error) {
        this.#onFault(toBqsyncError(error));
      } finally {
        this.#repairing.delete(request.id);
      }
    })();
  }
}

async function resync(orchestrator: SyncOrchestrator, { task }: Request): Promise<void> {
  if (task.action !== 'resync') return;
  await orchestrator.resync(task.tableId, task.from === undefined ? undefined : parseInstant(task.from));
}

async function repair(orchestrator: SyncOrchestrator, request: Request): Promise<void> {
  const { task } = request;
  if (task.action !== 'repair') return;
  let outcome: unknown;
  const error = await failureOf(async () => {
    outcome = await orchestrator.repair(task.tableId, { ranges: task.ranges.map(rangeOf), maxDeletes: task.maxDeletes });
  });
  // Stopped before it was done: it is begun again by whoever runs the table next.
  if (error?.code === 'BQS_ABORTED') return;
  await answerRequest(request, { error, outcome });
}

function rangeOf({ from, to, nulls }: RangeText): CursorRange {
  return { from: from === null ? undefined : parseInstant(from), to: to === null ? undefined : parseInstant(to), nulls };
}

async function failureOf(work: () => Promise<void>): Promise<BqsyncError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return toBqsyncError(error);
  }
}
