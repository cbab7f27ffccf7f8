import type { WriterView } from './state.ts';

/** What one node has of a table's writers, by the name of the writing node: how far each of their streams has arrived there, and how far its own is. */
export type NodeViews = ReadonlyMap<string, WriterView>;

/**
 * The nodes of a cluster, as this thread sees them. Answers at once and never throws: it is asked before each window. It decides who works,
 * never what is right: two nodes that both think they own a table cost money, not rows.
 */
export interface Membership {
  /** This node's durable name. */
  readonly self: string;
  /** Names of the nodes that are alive, sorted, this one among them. By local monotonic time since a node was last heard of. */
  live(): readonly string[];
  /** What other nodes last said they have of a table; nodes that said nothing are not in it, nor is this one. */
  viewsOf(tableId: string): ReadonlyMap<string, NodeViews>;
}
