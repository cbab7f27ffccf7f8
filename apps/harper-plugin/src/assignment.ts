import { ownerOf, spreadOver } from '@bqsync/core';

export interface Cast {
  readonly tableIds: readonly string[];
  /** Names of the nodes that are alive, this one among them. */
  readonly nodes: readonly string[];
  readonly node: string;
  readonly workerCount: number;
  /** The node that has a window of a table in hand, which it keeps while it lives. */
  readonly holderOf?: (tableId: string, nodes: readonly string[]) => string | undefined;
}

/** Where a table runs: the node, and on this node the thread. */
export interface Place {
  readonly node: string;
  /** Known for this node's tables only. */
  readonly workerIndex: number | undefined;
}

/**
 * Gives each table to one node by rendezvous hashing, and spreads this node's tables evenly over its threads. Every thread that sees the same
 * nodes answers the same, without a word between them.
 */
export function assignTables({ tableIds, nodes, node, workerCount, holderOf }: Cast): Map<string, Place> {
  const owners = new Map(tableIds.map((id) => [id, ownerOf(id, nodes, holderOf?.(id, nodes)) ?? node]));
  const own = tableIds.filter((id) => owners.get(id) === node);
  const threads = Array.from({ length: workerCount }, (_, index) => String(index));
  const spread = spreadOver(own, threads);
  return new Map(
    tableIds.map((id) => {
      const thread = spread.get(id);
      return [id, { node: owners.get(id) ?? node, workerIndex: thread === undefined ? undefined : Number(thread) }];
    }),
  );
}
