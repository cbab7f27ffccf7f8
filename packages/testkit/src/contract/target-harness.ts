import type { Checkpoint, Micros, RejectedRow, Row, Sink, StateStore, TableSpec } from '@bqsync/core';
import type { Closable } from './test-runner.ts';

/** A target under test with what a contract needs beside its ports: to look inside, and to make it fail. One harness is one process over a store. */
export interface TargetHarness extends Closable {
  readonly sink: Sink;
  /** Of the same store as the sink, which writes its records. */
  readonly state: StateStore;
  /** Where target tables are made; absent: the target's default. */
  readonly database?: string | undefined;
  /** The stored rows by key, read past the sink, in plain values as `Row` says and without fields of the target's own. */
  rowsOf(table: TableSpec): Promise<ReadonlyMap<string, Row>>;
  /** What quarantine holds of a table, in any order. */
  quarantineOf(table: TableSpec): Promise<readonly Pick<RejectedRow, 'key' | 'reason'>[]>;
  /** The published checkpoints of a table. */
  checkpointsOf(table: TableSpec): Promise<readonly Checkpoint[]>;
  /** The next process: all that is not durable is gone. Nothing may be flushed for it; the harness before it is not used again. */
  restart(): Promise<TargetHarness>;
  /** Makes the next commit fail after its records were made and before it is durable, as a full disk or a lost connection would. */
  failNextCommit(): void | Promise<void>;
  /** Makes the stored progress of a table one that cannot be understood, as a half written record is. Seen at the latest after a restart. */
  damageProgress(tableId: string): void | Promise<void>;
}

export type TargetFactory = () => TargetHarness | Promise<TargetHarness>;

/** A target that several nodes share, as one of them has it; its state store has `loadElsewhere` and `arrivals`. */
export interface NodesHarness extends TargetHarness {
  /** As this node's records bear it. */
  readonly node: string;
  /** Another node, between which and this one everything arrives at once. */
  peer(node: string): NodesHarness;
  /** A row that another node wrote at a snapshot arrives, as replication brings it: dropped where the stored row has a newer version. */
  arrive(table: TableSpec, snapshot: Micros, row: Row): Promise<void>;
}

export type NodesFactory = () => NodesHarness | Promise<NodesHarness>;
