import type { Summary } from './summary.ts';

const EVERY_MS = 1000;
/** Where the line cannot be written over. */
const EVERY_MS_IN_A_LOG = 30_000;

/** How far a long run is, on standard error. */
export class Progress {
  readonly #total: number;
  readonly #startedAt = performance.now();
  #shownAt = this.#startedAt;
  #isShown = false;

  constructor(total: number) {
    this.#total = total;
  }

  show({ schedules, failed }: Summary): void {
    const now = performance.now();
    const { isTTY } = process.stderr;
    if (now - this.#shownAt < (isTTY ? EVERY_MS : EVERY_MS_IN_A_LOG)) return;
    this.#shownAt = now;
    this.#isShown = true;
    const rate = schedules / ((now - this.#startedAt) / 1000);
    const left = (this.#total - schedules) / rate;
    const line = `${String(schedules)} of ${String(this.#total)}, ${String(failed.length)} failed, ${rate.toFixed(0)} a second, ${lasting(left)} left`;
    process.stderr.write(isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** A line that stays: of a run of hours, what it has found is known at once. */
  say(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  }

  /** Seconds since the beginning. */
  end(): number {
    if (this.#isShown && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    return (performance.now() - this.#startedAt) / 1000;
  }
}

function lasting(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds.toFixed(0)} s`;
  return minutes < 120 ? `${String(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
