import { type Colours, coloursFor } from './colours.ts';
import { jsonText } from './json-text.ts';
import { Progress } from './progress.ts';

/** The part of a process's stream that is used. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly json: boolean;
  readonly colour: boolean;
}

/**
 * Where a command talks. Results go to stdout: lines for people, or with `--json` one document and no lines. Everything else, progress
 * included, goes to stderr.
 */
export class Output {
  readonly colours: Colours;
  readonly progress: Progress;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.colours = coloursFor(options.colour);
    this.progress = new Progress(options.stderr);
  }

  get json(): boolean {
    return this.#options.json;
  }

  /** Lines for people. */
  print(...lines: readonly string[]): void {
    if (this.json || lines.length === 0) return;
    this.progress.clear();
    this.#options.stdout.write(`${lines.join('\n')}\n`);
  }

  /** The document of `--json`, or one of its lines where a command documents several. */
  document(value: unknown): void {
    if (!this.json) return;
    this.progress.clear();
    this.#options.stdout.write(`${jsonText(value)}\n`);
  }

  /** A line that is not the result. */
  note(line: string): void {
    this.progress.clear();
    this.#options.stderr.write(`${line}\n`);
  }

  close(): void {
    this.progress.clear();
  }
}
