import type { Batch, CommitOutcome, CommitRecords } from '@bqsync/core';

/** A deliberately broken adapter: what is wrong with it, and the clause that must notice. */
export interface BrokenAdapter<Adapter> {
  /** The fault, as a short sentence about the adapter. */
  readonly fault: string;
  /** Id of the clause that is made for this fault; others may break as well. */
  readonly caughtBy: string;
  readonly adapter: Adapter;
}

/** The same batch with other records, told the outcome that the sink decided. */
export function recording(batch: Batch, change: (records: CommitRecords, outcome: CommitOutcome) => CommitRecords): Batch {
  return { ...batch, record: (outcome) => change(batch.record(outcome), outcome) };
}
