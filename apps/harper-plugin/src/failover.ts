import type { Batch, Sink, StateStore, TableProgress } from '@bqsync/core';

export interface Adapters {
  readonly state: StateStore;
  readonly sink: Sink;
}

/**
 * State and sink for an owner that may have been given a table by another node's death. Harper brings a dead node's rows only to the nodes that
 * had a connection to it, so what is durable here may be missing elsewhere. A new owner therefore goes on from the least progress that any
 * live node sees (rule R10; stale progress is always a valid start), and writes also what it holds unchanged, so that the others get it from
 * this node (rule R8), until its first sweep is complete. Whose table it was shows in its stored window.
 */
export function withFailover(
  { state, sink }: Adapters,
  hostname: string,
  seenByOthers: (tableId: string) => readonly (TableProgress | undefined)[],
): Adapters {
  /** Tables taken over and where they were taken up, until the first sweep is complete. */
  const healing = new Map<string, { readonly from: TableProgress | undefined; committed: boolean }>();

  const loadProgress = async (tableId: string): Promise<TableProgress | undefined> => {
    const [own, intent] = await Promise.all([state.loadProgress(tableId), state.loadIntent(tableId)]);
    const taken = healing.get(tableId);
    // Until its first commit what is stored here is still the former owner's.
    if (taken?.committed === false) return taken.from;
    if (intent === undefined || nodeOf(intent.workerId) === hostname) return own;
    const from = seenByOthers(tableId).reduce((a, b) => (a === undefined || b === undefined ? undefined : lesser(a, b)), own);
    healing.set(tableId, { from, committed: false });
    return from;
  };

  /**
   * Units of a shared window that the former owner's threads have stored may be missing elsewhere too, so its window is not gone on with: one
   * of another schema never is.
   */
  const loadIntent: StateStore['loadIntent'] = async (tableId) => {
    const intent = await state.loadIntent(tableId);
    const foreign = intent?.request.kind === 'backfill' && nodeOf(intent.workerId) !== hostname;
    return foreign ? { ...intent, schemaHash: '' } : intent;
  };

  const commit: Sink['commit'] = async (batch, signal) => {
    const taken = healing.get(batch.table.id);
    if (taken === undefined) return sink.commit(batch, signal);
    const before = taken.from?.sweepSnapshot ?? null;
    let sweep = before;
    const record: Batch['record'] = (outcome) => {
      const recorded = batch.record(outcome);
      sweep = recorded.progress?.sweepSnapshot ?? sweep;
      return recorded;
    };
    const outcome = await sink.commit({ ...batch, compare: false, record }, signal);
    taken.committed = true;
    if (sweep !== before) healing.delete(batch.table.id);
    return outcome;
  };

  return {
    state: { loadProgress, loadUnits: state.loadUnits.bind(state), loadIntent, saveIntent: state.saveIntent.bind(state) },
    sink: {
      prepare: sink.prepare.bind(sink),
      commit,
      deleteStale: sink.deleteStale.bind(sink),
      ...(sink.finishRepair === undefined ? {} : { finishRepair: sink.finishRepair.bind(sink) }),
    },
  };
}

/** `hostname-index` without its index. */
function nodeOf(workerId: string): string {
  return workerId.slice(0, workerId.lastIndexOf('-'));
}

/** The one that is less far. Of two generations, the one that was begun earlier. */
function lesser(a: TableProgress, b: TableProgress): TableProgress {
  for (const [left, right] of [
    [a.epoch, b.epoch],
    [a.firstSnapshot ?? '', b.firstSnapshot ?? ''],
    [a.snapshot ?? '', b.snapshot ?? ''],
    [a.frontier ?? '', b.frontier ?? ''],
    [a.window?.rowsDone ?? 0, b.window?.rowsDone ?? 0],
  ] as const) {
    if (left !== right) return left < right ? a : b;
  }
  return a;
}
