import { stripVTControlCharacters } from 'node:util';

const KEPT = 200;

/** Cuts a stream of chunks into lines without colours and keeps the last ones. */
export class LogLines {
  readonly #kept: string[] = [];
  readonly #onLine: ((line: string) => void) | undefined;
  #rest = '';

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#add(line);
  }

  /** The stream ended: what had no line end counts as a line. */
  end(): void {
    if (this.#rest !== '') this.#add(this.#rest);
    this.#rest = '';
  }

  tail(count: number): string[] {
    return this.#kept.slice(-count);
  }

  #add(raw: string): void {
    const line = stripVTControlCharacters(raw).trimEnd();
    // Harper draws its logo of shaded blocks at an installation.
    if (line === '' || /^[\s░▒▓█]+$/u.test(line)) return;
    this.#kept.push(line);
    if (this.#kept.length > KEPT) this.#kept.shift();
    this.#onLine?.(line);
  }
}
