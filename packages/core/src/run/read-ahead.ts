/**
 * Keeps one item of an iteration in flight while the last one is worked on, so that reading overlaps writing and no more than two items
 * are held. Order and errors are those of the source; closing early closes the source.
 */
export class ReadAhead<T> {
  readonly #items: AsyncIterator<T>;
  #next: Promise<IteratorResult<T>> | undefined;

  constructor(items: AsyncIterable<T>) {
    this.#items = items[Symbol.asyncIterator]();
  }

  /** The next item, or undefined at the end. */
  async take(): Promise<T | undefined> {
    const result = await (this.#next ?? this.#items.next());
    this.#next = undefined;
    if (result.done === true) return undefined;
    this.#fetch();
    return result.value;
  }

  async close(): Promise<void> {
    const pending = this.#next;
    this.#next = undefined;
    await Promise.allSettled([pending, this.#items.return?.()]);
  }

  #fetch(): void {
    const next = this.#items.next();
    // Its failure is reported by the take() that comes for it; until then it is not unhandled.
    next.catch(ignore);
    this.#next = next;
  }
}

function ignore(): void {
  return;
}
