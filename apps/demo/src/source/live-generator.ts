import { setTimeout as sleep } from 'node:timers/promises';
import { allRows, type RowsWritten, type SourceWriter } from './source-writer.ts';

const TICK_MS = 1_000;

/** Keeps writing what happens now, until stopped; can be paused, so that a snapshot can be compared at rest. */
export class LiveGenerator {
  readonly #writer: SourceWriter;
  readonly #onWritten: (rows: RowsWritten) => void;
  readonly #stopped = new AbortController();
  #tick: Promise<void> = Promise.resolve();
  #paused = false;
  #running: Promise<void> | undefined;

  /** `onWritten` is told after each write, unless it was empty. */
  constructor(writer: SourceWriter, onWritten: (rows: RowsWritten) => void) {
    this.#writer = writer;
    this.#onWritten = onWritten;
  }

  /** Rejects when a write fails for good; resolves once stopped. */
  run(): Promise<void> {
    this.#running ??= this.#loop();
    return this.#running;
  }

  /** Resolves when nothing is being written. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.#tick;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Resolves when the last write is acknowledged and recorded. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      if (!this.#paused) {
        this.#tick = this.#write();
        await this.#tick;
      }
      await sleep(TICK_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async #write(): Promise<void> {
    const rows = await this.#writer.writeUpTo(Date.now() * 1000, 'live');
    if (allRows(rows) > 0) this.#onWritten(rows);
  }
}
