import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BigQueryProcess, startBigQuery } from './servers/bigquery.ts';
import { type HarperWorkers, startHarperWorkers } from './servers/harper-workers.ts';

/** What the lines of one run share: a folder, servers that are started when a line first needs them, and where to say how far it is. */
export class BenchRun {
  readonly signal: AbortSignal;
  readonly #say: (text: string) => void;
  readonly #dir = mkdtempSync(join(tmpdir(), 'bqsync-bench-'));
  #bigquery: Promise<BigQueryProcess> | undefined;
  #harpers = 0;
  readonly #running = new Set<{ end(): Promise<void> }>();

  constructor(signal: AbortSignal, say: (text: string) => void) {
    this.signal = signal;
    this.#say = say;
  }

  say(text: string): void {
    this.signal.throwIfAborted();
    this.#say(text);
  }

  /** The local BigQuery in a process of its own. */
  bigquery(): Promise<BigQueryProcess> {
    this.#bigquery ??= startBigQuery().then((server) => this.#keep(server));
    return this.#bigquery;
  }

  /** A new Harper, ended with `end` or at the end of the run. */
  async harper(threads: number): Promise<HarperWorkers> {
    this.#harpers += 1;
    const dir = join(this.#dir, `harper-${this.#harpers}`);
    return this.#keep(await startHarperWorkers(dir, threads, this.signal));
  }

  async end(): Promise<void> {
    await Promise.allSettled([...this.#running].map((each) => each.end()));
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #keep<T extends { end(): Promise<void> }>(started: T): T {
    this.#running.add(started);
    return started;
  }
}
