import { setTimeout as sleep } from 'node:timers/promises';
import { type HarperProcess, type HarperOptions, startHarper } from '@bqsync/harper-process';
import { readStatus, type Status } from '../harper/workers.ts';

/** One Harper of a cluster, and what was done to it. */
export class ClusterNode {
  readonly name: string;
  readonly appDir: string;
  readonly harper: HarperProcess;
  readonly #threads: number;
  #state: 'up' | 'frozen' | 'down' = 'up';
  /** Ends of this node that nobody asked for. */
  readonly crashes: string[] = [];

  private constructor(name: string, appDir: string, harper: HarperProcess, threads: number) {
    this.name = name;
    this.appDir = appDir;
    this.harper = harper;
    this.#threads = threads;
    this.#watch();
  }

  /** Starts a node that listens on the loopback address `name`. */
  static async start(name: string, options: Omit<HarperOptions, 'host' | 'cluster' | 'ready'>): Promise<ClusterNode> {
    const threads = options.threads ?? 1;
    const harper = await startHarper({ ...options, host: name, cluster: true, threads, ready: (started) => runs(started, threads) });
    return new ClusterNode(name, options.appDir, harper, threads);
  }

  /** Whether it runs and can answer. */
  get isUp(): boolean {
    return this.#state === 'up';
  }

  status(): Promise<Status> {
    return readStatus(this.harper);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#state = 'down';
    await this.harper.kill();
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    this.#state = 'down';
    await this.harper.stop();
  }

  /** Starts the node again, after a stop if it runs. */
  async restart(): Promise<void> {
    this.#state = 'down';
    await this.harper.restart({ ready: (started) => runs(started, this.#threads) });
    this.#state = 'up';
    this.#watch();
  }

  /** SIGSTOP for so long. */
  async freeze(ms: number, signal: AbortSignal): Promise<void> {
    this.#state = 'frozen';
    this.#signal('SIGSTOP');
    try {
      await sleep(ms, undefined, { signal });
    } finally {
      this.#signal('SIGCONT');
      this.#state = 'up';
    }
  }

  /** Nothing of it runs afterwards, whatever state it was in. */
  async dispose(): Promise<void> {
    if (this.#state === 'frozen') this.#signal('SIGCONT');
    await this.stop();
  }

  #signal(signal: NodeJS.Signals): void {
    // Harper leads a process group of its own.
    process.kill(-this.harper.pid, signal);
  }

  #watch(): void {
    void this.harper.exited.then(({ code, signal }) => {
      if (this.#state === 'down') return;
      this.#state = 'down';
      this.crashes.push(`node ${this.name} ended by itself: ${signal ?? `exit code ${String(code)}`}`);
    });
  }
}

async function runs(harper: HarperProcess, threads: number): Promise<boolean> {
  return (await readStatus(harper)).workers.length === threads;
}
