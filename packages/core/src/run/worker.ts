/** Who runs an engine. */
export interface Worker {
  /** Durable over restarts, unique among the workers alive, for example `host-0`. */
  readonly workerId: string;
  /** The same as a number, as checkpoints show it. */
  readonly nodeId: number;
  /** Random at each start of the worker: fences off an earlier run of the same worker. */
  readonly bootId: string;
}
