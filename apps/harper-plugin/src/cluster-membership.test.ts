import type { NodeViews, WriterView } from '@bqsync/core';
import { type MembershipHarness, registerMembershipContract } from '@bqsync/testkit';
import { describe, expect, it } from 'vitest';
import { ClusterMembership } from './cluster-membership.ts';
import { isSameLife, type NodeLife, type NodeReport } from './heartbeats.ts';
import { LIVE_MS } from './liveness.ts';

/** Between two looks of a thread. */
const LOOK_MS = 500;
const SELF = 'a';

/** A cluster whose SyncNode is a map: each node is a membership of its own that says what `nextLife` has it say. */
class Cluster implements MembershipHarness {
  readonly livenessMs = LIVE_MS;
  readonly rows = new Map<string, NodeReport>();
  readonly #nodes = new Map<string, ClusterMembership>();
  readonly #lives = new Map<string, NodeLife>();
  #beats = 0;
  #nowMs = 1_000_000;

  get membership(): ClusterMembership {
    return this.node(SELF);
  }

  node(name: string): ClusterMembership {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const made = new ClusterMembership(name, {
      now: () => this.#nowMs,
      life: () => this.#lives.get(name) ?? { processId: 1, startedAt: 0 },
    });
    made.observe([...this.rows.values()]);
    this.#nodes.set(name, made);
    return made;
  }

  beat(name: string, views: ReadonlyMap<string, NodeViews>): void {
    const node = this.node(name);
    node.observe([...this.rows.values()]);
    this.#beats += 1;
    const [before, next] = [node.own, node.nextLife()];
    const heartbeat = before !== undefined && isSameLife(before.life, next.life) ? before.heartbeat + 1 : 1;
    const said = { node: name, bootId: `boot-${String(next.life.processId)}`, heartbeat, nodeId: 1, threads: 1, version: this.#beats };
    this.rows.set(name, { ...said, states: new Map(), views, ...next });
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
    const { processId, startedAt } = this.#lives.get(name) ?? { processId: 1, startedAt: 0 };
    this.#lives.set(name, { processId: processId + 1, startedAt: startedAt + 60 });
    this.#nodes.delete(name);
  }

  #look(): void {
    this.membership.observe([...this.rows.values()]);
  }
}

registerMembershipContract({ describe, it }, () => new Cluster());

describe('a node that has come back', () => {
  it('does not speak of its own return before its first heartbeat has said what it had (R10)', () => {
    const cluster = new Cluster();
    const before: NodeViews = new Map();
    for (let life = 0; life < 2; life++) {
      cluster.beat(SELF, new Map([['t', before]]));
      cluster.restart(SELF);
    }
    // What is stored is of the life before the last one.
    expect(cluster.membership.own?.had).toBeDefined();
    expect([...cluster.membership.returnsOf('t').keys()]).toEqual([]);
    cluster.beat(SELF, new Map());
    expect([...cluster.membership.returnsOf('t').keys()]).toEqual([SELF]);
  });

  it('says still what it had before a run that was too short for that to be mended (R10)', () => {
    const cluster = new Cluster();
    const views = (name: string): ReadonlyMap<string, NodeViews> => new Map([['t', new Map([[name, {} as WriterView]])]]);
    const hadAfter = (beats: number): string[] => {
      for (let beat = 0; beat < beats; beat++) cluster.beat('b', views(`run-${String(beats)}`));
      cluster.restart('b');
      cluster.beat('b', views('now'));
      return [...(cluster.membership.returnsOf('t').get('b')?.had.keys() ?? [])];
    };
    expect(hadAfter(20)).toEqual(['run-20']);
    expect(hadAfter(1)).toEqual(['run-20']);
    expect(hadAfter(30)).toEqual(['run-30']);
  });

  it('is not said to have nothing of a table of which it has said nothing', () => {
    const cluster = new Cluster();
    cluster.beat('b', new Map([['t', new Map()]]));
    expect([...cluster.membership.viewsOf('t').keys()]).toEqual(['b']);
    expect([...cluster.membership.viewsOf('other').keys()]).toEqual([]);
  });
});
