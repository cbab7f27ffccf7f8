import type { WriteStream } from 'node:tty';
import { palette, type Palette, seconds, widthOf } from './format.ts';

/** A task on the screen: one line while it runs, one when it is done. */
export interface Step {
  done(detail?: string): void;
  /** Takes the line away; the fault is reported where it is handled. */
  failed(): void;
}

type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const CLEAR_BELOW = '\u001b[0J';

/**
 * Lines that stay, and below them, on a terminal only, lines that are drawn anew. Where there is no terminal the stream gets plain lines.
 */
export class Screen {
  readonly colours: Palette;
  readonly live: boolean;
  readonly #out: Output;
  readonly #steps = new Set<() => string>();
  #block: (() => readonly string[]) | undefined;
  #drawn = 0;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(out: Output, env: NodeJS.ProcessEnv = process.env) {
    this.#out = out;
    this.live = out.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined;
    this.colours = palette(this.live && (env.NO_COLOR ?? '') === '');
  }

  get width(): number {
    return this.#out.columns ?? 100;
  }

  /** The sign of something that goes on. */
  get spinner(): string {
    return this.colours.cyan(FRAMES[this.#frame % FRAMES.length] ?? '');
  }

  /** Writes lines that stay. */
  say(...lines: string[]): void {
    this.#erase();
    this.#out.write(lines.map((line) => `${line}\n`).join(''));
    this.#draw();
  }

  /** Shows lines below all others, drawn anew until undefined is given. Nothing without a terminal. */
  show(block: (() => readonly string[]) | undefined): void {
    this.#erase();
    this.#block = block;
    this.#animate();
  }

  /** Several may run at the same time. */
  step(label: string): Step {
    const startedAt = performance.now();
    const took = () => seconds(performance.now() - startedAt);
    if (!this.live) this.say(`… ${label}`);
    const line = () => `${this.spinner} ${label} ${this.colours.dim(took())}`;
    this.#erase();
    this.#steps.add(line);
    this.#animate();
    const end = (): void => {
      this.#erase();
      this.#steps.delete(line);
      this.#animate();
    };
    return {
      done: (detail) => {
        end();
        const time = this.colours.dim(took());
        this.say(`${this.colours.green('✓')} ${label}${detail === undefined ? '' : `  ${detail}`}  ${time}`);
      },
      failed: end,
    };
  }

  /** Leaves what stays and nothing else. */
  close(): void {
    this.#erase();
    this.#steps.clear();
    this.#block = undefined;
    this.#animate();
  }

  /** Draws what there is, again and again while there is anything. */
  #animate(): void {
    this.#draw();
    const idle = this.#block === undefined && this.#steps.size === 0;
    if (idle || !this.live) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setInterval(() => {
      this.#frame++;
      this.#erase();
      this.#draw();
    }, FRAME_MS).unref();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#out.write(`\u001b[${this.#drawn}A\r${CLEAR_BELOW}`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.live) return;
    const lines = [...[...this.#steps].map((line) => line()), ...(this.#block?.() ?? [])].map((line) => cut(line, this.width - 1));
    this.#out.write(lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines.length;
  }
}

/** A line that wrapped would be drawn over the wrong place; one too long loses its colours rather than its end sequence. */
function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  return `${line.replace(/\u001b\[\d+m/g, '').slice(0, Math.max(0, width - 1))}…`;
}
