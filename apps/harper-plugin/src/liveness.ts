/** A node counts as alive this long after its row was last seen to change. */
export const LIVE_MS = 15_000;
/** Between two heartbeats of a node. */
export const HEARTBEAT_MS = 5_000;

export interface Heartbeat {
  readonly node: string;
  /** Random at each start of the node. */
  readonly bootId: string;
  /** Counts the beats since that start. */
  readonly heartbeat: number;
}

/**
 * Which nodes are alive, by this thread's own monotonic time since their rows last changed: clocks of other nodes play no part.
 * A row seen for the first time counts as just changed, so a node that died long ago stands for {@link LIVE_MS} after a start.
 */
export class Liveness {
  readonly #self: string;
  readonly #seen = new Map<string, { readonly beat: string; readonly changedAtMs: number; readonly isFirst: boolean }>();

  constructor(self: string) {
    this.#self = self;
  }

  observe(heartbeats: readonly Heartbeat[], nowMs: number): void {
    for (const { node, bootId, heartbeat } of heartbeats) {
      const beat = `${bootId}:${heartbeat}`;
      const known = this.#seen.get(node);
      if (known?.beat !== beat) this.#seen.set(node, { beat, changedAtMs: nowMs, isFirst: known === undefined });
    }
  }

  /** Sorted names, this node always among them. */
  live(nowMs: number): string[] {
    const others = [...this.#seen].filter(([node, { changedAtMs }]) => node !== this.#self && nowMs - changedAtMs < LIVE_MS);
    return [this.#self, ...others.map(([node]) => node)].sort();
  }

  /**
   * Whether each other node has been seen to beat, or is dead. Before that, records of a node may still be on their way here: it sends them in the order in
   * which it wrote them, so with a new beat of it everything before has arrived.
   */
  isSettled(nowMs: number): boolean {
    return [...this.#seen].every(([node, { changedAtMs, isFirst }]) => node === this.#self || !isFirst || nowMs - changedAtMs >= LIVE_MS);
  }
}
