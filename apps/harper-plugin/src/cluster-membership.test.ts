import type { NodeViews } from '@bqsync/core';
import { type MembershipHarness, registerMembershipContract } from '@bqsync/testkit';
import { describe, expect, it } from 'vitest';
import { ClusterMembership } from './cluster-membership.ts';
import type { NodeReport } from './heartbeats.ts';
import { LIVE_MS } from './liveness.ts';

/** Between two looks of a thread. */
const LOOK_MS = 500;
const SELF = 'a';

/** A cluster whose SyncNode is a map: each node is a membership of its own. */
class Cluster implements MembershipHarness {
  readonly livenessMs = LIVE_MS;
  readonly rows = new Map<string, NodeReport>();
  readonly #nodes = new Map<string, ClusterMembership>();
  readonly #boots = new Map<string, number>();
  #beats = 0;
  #nowMs = 1_000_000;

  get membership(): ClusterMembership {
    return this.node(SELF);
  }

  node(name: string): ClusterMembership {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const made = new ClusterMembership(name, () => this.#nowMs);
    made.observe([...this.rows.values()]);
    this.#nodes.set(name, made);
    return made;
  }

  beat(name: string, views: ReadonlyMap<string, NodeViews>): void {
    const node = this.node(name);
    node.observe([...this.rows.values()]);
    this.#beats += 1;
    const bootId = `boot-${String(this.#boots.get(name) ?? 1)}`;
    const heartbeat = node.own?.bootId === bootId ? node.own.heartbeat + 1 : 1;
    this.rows.set(name, { node: name, bootId, heartbeat, nodeId: 1, threads: 1, version: this.#beats, states: new Map(), views });
    this.#look();
  }

  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.#nowMs < endMs) {
      this.#nowMs = Math.min(endMs, this.#nowMs + LOOK_MS);
      this.#look();
    }
  }

  restart(name: string): void {
    this.#boots.set(name, (this.#boots.get(name) ?? 1) + 1);
    this.#nodes.delete(name);
  }

  #look(): void {
    this.membership.observe([...this.rows.values()]);
  }
}

registerMembershipContract({ describe, it }, () => new Cluster());

describe('a node', () => {
  it('is not said to have nothing of a table of which it has said nothing', () => {
    const cluster = new Cluster();
    cluster.beat('b', new Map([['t', new Map()]]));
    expect([...cluster.membership.viewsOf('t').keys()]).toEqual(['b']);
    expect([...cluster.membership.viewsOf('other').keys()]).toEqual([]);
  });
});
