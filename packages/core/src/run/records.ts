import type { HeldIntent } from '../plan/intent.ts';
import { formatInstant } from '../plan/instant.ts';
import { batchSizeOf } from '../plan/phase.ts';
import { watermarkOf } from '../plan/progress.ts';
import type { CommitOutcome } from '../ports/sink.ts';
import type { WindowRequest } from '../ports/source.ts';
import type { Checkpoint, Phase, TableProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Micros } from '../ports/time.ts';
import type { TableBinding } from './table-binding.ts';
import type { Worker } from './worker.ts';

/** What users are shown of a table after a commit. */
export function checkpointOf(table: TableSpec, progress: TableProgress, reading: Phase, snapshot: Micros, worker: Worker): Checkpoint {
  const phase = progress.window === null && progress.stage === 'tail' ? 'steady' : reading;
  return {
    id: `${table.id}_${worker.nodeId}`,
    tableId: table.id,
    nodeId: worker.nodeId,
    lastTimestamp: watermarkOf(progress),
    recordsIngested: progress.counters.inserted + progress.counters.updated,
    lastSyncTime: formatInstant(snapshot),
    phase,
    batchSize: batchSizeOf(phase, table.sync),
  };
}

/** The record of a window about to be opened, with the probe taken before it. */
export function intentOf(
  table: TableSpec,
  request: WindowRequest,
  bound: Pick<TableBinding, 'description' | 'generation' | 'schemaHash'>,
  epoch: number,
  worker: Worker,
): HeldIntent {
  const { probe } = bound.description;
  return {
    tableId: table.id,
    request,
    generation: bound.generation,
    schemaHash: bound.schemaHash,
    epoch,
    workerId: worker.workerId,
    bootId: worker.bootId,
    probe: { token: probe.token, modifiedAt: formatInstant(probe.modifiedAt), streaming: probe.streaming },
  };
}

/** An outcome with the rows that lost to another of their own batch. */
export function withSuperseded(outcome: CommitOutcome, more: number): CommitOutcome {
  return more === 0 ? outcome : { ...outcome, superseded: outcome.superseded + more };
}
