import { holderOf, type Membership, type NodeViews, type WriterView } from '@bqsync/core';
import type { NodeReport } from './heartbeats.ts';
import { Liveness } from './liveness.ts';

/** The nodes of the cluster by the heartbeats that this thread has seen. Knows nothing of where they are stored. */
export class ClusterMembership implements Membership {
  readonly self: string;
  readonly #now: () => number;
  readonly #liveness: Liveness;
  #reports: readonly NodeReport[] = [];

  /** `now`: monotonic milliseconds. */
  constructor(self: string, now = () => performance.now()) {
    this.self = self;
    this.#now = now;
    this.#liveness = new Liveness(self);
  }

  /** What each node last said, this one among them, dead ones too. */
  get reports(): readonly NodeReport[] {
    return this.#reports;
  }
  /** What this node last said, in this run or the one before. */
  get own(): NodeReport | undefined {
    return this.#reports.find(({ node }) => node === this.self);
  }

  /** Takes up the heartbeats as they are stored now. */
  observe(reports: readonly NodeReport[]): void {
    this.#reports = reports;
    this.#liveness.observe(reports, this.#now());
  }

  live(): string[] {
    return this.#liveness.live(this.#now());
  }

  viewsOf(tableId: string): Map<string, NodeViews> {
    const said = new Map<string, NodeViews>();
    for (const { node, views } of this.#reports) {
      const view = views.get(tableId);
      if (node !== this.self && view !== undefined) said.set(node, view);
    }
    return said;
  }

  /** Of these nodes the one that said that it has a window of a table in hand, if that is the latest writing among them. */
  holderOf(tableId: string, nodes: readonly string[]): string | undefined {
    const said = new Map<string, WriterView>();
    for (const { node, views } of this.#reports) {
      const own = views.get(tableId)?.get(node);
      if (own !== undefined) said.set(node, own);
    }
    return holderOf(said, nodes);
  }

  /** Whether this node knows the others well enough to run tables: each was heard of since it began to listen, or is dead. */
  get isSettled(): boolean {
    return this.#liveness.isSettled(this.#now());
  }
}
