import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const KEPT = 200;

/** Takes lines of several streams, drops their colours and keeps the last ones. */
export class LogLines {
  readonly #kept: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** All lines of a stream from now on; what has no line end when the stream ends counts as a line. */
  follow(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.add(line);
    });
  }

  add(raw: string): void {
    const line = stripVTControlCharacters(raw).trimEnd();
    // Harper draws its logo of shaded blocks at an installation.
    if (line === '' || /^[\s░▒▓█]+$/u.test(line)) return;
    this.#kept.push(line);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#onLine?.(line);
  }

  tail(count: number): string[] {
    return this.#kept.slice(-count);
  }
}
