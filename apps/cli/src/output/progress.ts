import type { TextStream } from './output.ts';

const REDRAW_MS = 100;
const PLAIN_MS = 5_000;

/** What a long command is doing, on stderr: one line that is redrawn on a terminal, a line every five seconds elsewhere. */
export class Progress {
  readonly #stream: TextStream;
  #drawn = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #startedMs = performance.now();

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  /** `text` is called only when something is to be drawn. */
  show(text: () => string): void {
    const now = performance.now();
    const terminal = this.#stream.isTTY === true;
    // Off a terminal nothing is said of work that ends soon.
    const since = terminal ? now - this.#lastMs : now - Math.max(this.#lastMs, this.#startedMs);
    if (since < (terminal ? REDRAW_MS : PLAIN_MS)) return;
    this.#lastMs = now;
    if (!terminal) {
      this.#stream.write(`${text()}\n`);
      return;
    }
    const width = (this.#stream.columns ?? 80) - 1;
    this.#stream.write(`\r\u001b[2K${text().slice(0, width)}`);
    this.#drawn = true;
  }

  clear(): void {
    if (this.#drawn) this.#stream.write('\r\u001b[2K');
    this.#drawn = false;
  }
}
