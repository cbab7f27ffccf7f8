import type { Membership, NodeReturn, NodeViews } from '@bqsync/core';
import { currentLife, isSameLife, type NodeLife, type NodeReport, returnOf } from './heartbeats.ts';
import { Liveness } from './liveness.ts';

export interface ClusterMembershipOptions {
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** This process. */
  readonly life?: () => NodeLife;
}

/** A return is accounted for some 20 s after it is known: a run with fewer heartbeats, about a minute, is taken as too short for that. */
const BRIEF_BEATS = 12;

/** The nodes of the cluster by the heartbeats that this thread has seen. Knows nothing of where they are stored. */
export class ClusterMembership implements Membership {
  readonly self: string;
  readonly #now: () => number;
  readonly #life: () => NodeLife;
  readonly #liveness: Liveness;
  #reports: readonly NodeReport[] = [];

  constructor(self: string, { now = () => performance.now(), life = currentLife }: ClusterMembershipOptions = {}) {
    this.self = self;
    this.#now = now;
    this.#life = life;
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

  returnsOf(tableId: string): Map<string, NodeReturn> {
    const live = new Set(this.live());
    const returns = new Map<string, NodeReturn>();
    for (const report of this.#reports) {
      // Thread 0 has yet to say that this is another run.
      if (report.node === this.self && !isSameLife(report.life, this.#life())) continue;
      const returned = live.has(report.node) ? returnOf(report, tableId) : undefined;
      if (returned !== undefined) returns.set(report.node, returned);
    }
    return returns;
  }

  /** What this node had before this run, which it goes on saying: a node that comes back may never get all that it missed. */
  nextLife(): Pick<NodeReport, 'life' | 'had'> {
    const [life, before] = [this.#life(), this.own];
    if (before === undefined) return { life, had: undefined };
    if (isSameLife(life, before.life)) return { life: before.life, had: before.had };
    // A run that ended so soon may have left gaps of the one before it unmended.
    const isBrief = before.heartbeat < BRIEF_BEATS;
    return { life, had: (isBrief ? before.had : undefined) ?? before.views };
  }
}
