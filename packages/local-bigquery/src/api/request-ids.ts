/** BigQuery answers a repeated `requestId` from the first request for 15 minutes. */
const WINDOW_MS = 15 * 60_000;

/** Runs what a request id asks for once. */
export class RequestIds<T> {
  readonly #answers = new Map<string, { readonly answer: Promise<T>; readonly sinceMs: number }>();

  once(id: string, nowMs: number, start: () => Promise<T>): Promise<T> {
    for (const [oldest, { sinceMs }] of this.#answers) {
      if (sinceMs + WINDOW_MS > nowMs) break;
      this.#answers.delete(oldest);
    }
    const known = this.#answers.get(id);
    if (known) return known.answer;
    const answer = start();
    this.#answers.set(id, { answer, sinceMs: nowMs });
    // A request that was refused has done nothing: the same id may try again.
    answer.catch(() => this.#answers.delete(id));
    return answer;
  }
}
