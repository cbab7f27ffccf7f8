/** The insertIds that one table has lately been given. */
export class InsertIds {
  readonly #ttlMs: number;
  readonly #times = new Map<string, number>();

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** Takes an id; false if it was taken lately. */
  claim(id: string, nowMs: number): boolean {
    const time = this.#times.get(id);
    if (time !== undefined && time + this.#ttlMs > nowMs) return false;
    // Re-inserted, so that the map stays in the order of the times and the oldest are at its front.
    this.#times.delete(id);
    this.#times.set(id, nowMs);
    for (const [oldest, taken] of this.#times) {
      if (taken + this.#ttlMs > nowMs) break;
      this.#times.delete(oldest);
    }
    return true;
  }

  /** Gives ids back whose rows were not stored. */
  release(ids: readonly string[]): void {
    for (const id of ids) this.#times.delete(id);
  }
}
