import type { Membership, NodeViews } from '@bqsync/core';

/** What a node says of itself at one heartbeat. */
export interface NodeBeat {
  readonly node: string;
  readonly life: string;
  /** Counts the heartbeats of a life. */
  readonly beat: number;
  readonly views: ReadonlyMap<string, NodeViews>;
}

/** The nodes of a cluster by heartbeats that are handed to it; `now` is monotonic. */
export class MemoryMembership implements Membership {
  readonly self: string;
  protected readonly beats = new Map<string, { readonly said: NodeBeat; readonly changedAtMs: number }>();
  protected readonly now: () => number;
  readonly #livenessMs: number;

  constructor(self: string, livenessMs: number, now: () => number) {
    this.self = self;
    this.#livenessMs = livenessMs;
    this.now = now;
  }

  /** A heartbeat, which may be one that is known already. */
  hear(said: NodeBeat): void {
    const known = this.beats.get(said.node);
    if (known?.said.life !== said.life || known.said.beat !== said.beat) this.beats.set(said.node, { said, changedAtMs: this.now() });
  }

  live(): readonly string[] {
    const others = [...this.beats.values()].filter(({ said, changedAtMs }) => said.node !== this.self && this.isFresh(changedAtMs));
    return [this.self, ...others.map(({ said }) => said.node)].sort();
  }

  viewsOf(tableId: string): ReadonlyMap<string, NodeViews> {
    const views = new Map<string, NodeViews>();
    for (const { said } of this.beats.values()) {
      const of = said.views.get(tableId);
      if (said.node !== this.self && of !== undefined) views.set(said.node, of);
    }
    return views;
  }

  protected isFresh(changedAtMs: number): boolean {
    return this.now() - changedAtMs < this.#livenessMs;
  }
}
