import type { Batch, Sink, StateStore, TableProgress } from '@bqsync/core';
import type { Mischief } from './faults.ts';
import type { SimProcess } from './sim-process.ts';

/**
 * The rules of failover as the Harper plugin has them, on the model: a new owner of a table goes on from the least progress that a live node
 * sees (R10) and writes also what it holds unchanged until its first sweep is complete (R8). The two must be changed together.
 */
export function simFailover(
  state: StateStore,
  sink: Sink,
  process: SimProcess,
  mischief: Mischief,
  seenByOthers: (tableId: string) => readonly (TableProgress | undefined)[],
): { readonly state: StateStore; readonly sink: Sink } {
  const healing = new Map<string, { readonly from: TableProgress | undefined; committed: boolean }>();

  const loadProgress: StateStore['loadProgress'] = async (tableId) => {
    const [own, intent] = await Promise.all([state.loadProgress(tableId), state.loadIntent(tableId)]);
    const taken = healing.get(tableId);
    if (taken?.committed === false) return taken.from;
    if (intent === undefined || nodeOf(intent.workerId) === process.node) return own;
    mischief.reach('mid-handover', process);
    const from = seenByOthers(tableId).reduce((a, b) => (a === undefined || b === undefined ? undefined : lesser(a, b)), own);
    healing.set(tableId, { from, committed: false });
    return from;
  };

  const loadIntent: StateStore['loadIntent'] = async (tableId) => {
    const intent = await state.loadIntent(tableId);
    const foreign = intent?.request.kind === 'backfill' && nodeOf(intent.workerId) !== process.node;
    return foreign ? { ...intent, schemaHash: '' } : intent;
  };

  const commit: Sink['commit'] = async (batch, signal) => {
    const taken = healing.get(batch.table.id);
    if (taken === undefined) return sink.commit(batch, signal);
    mischief.reach('mid-handover', process);
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
    sink: { prepare: sink.prepare.bind(sink), commit, deleteStale: sink.deleteStale.bind(sink) },
  };
}

/** `node-thread` without its thread. */
function nodeOf(workerId: string): string {
  return workerId.slice(0, workerId.lastIndexOf('-'));
}

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
