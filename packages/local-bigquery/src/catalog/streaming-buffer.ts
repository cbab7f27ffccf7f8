import type { PartitionChange } from '../storage/versioned-table.ts';

interface BufferedCommit {
  readonly micros: bigint;
  readonly changes: readonly PartitionChange[];
}

interface BufferContent {
  readonly rows: number;
  readonly bytes: number;
  readonly oldestMicros: bigint;
  /** The times at which they came. */
  readonly commits: readonly bigint[];
  /** What of the table's partitions is still in the buffer. */
  readonly changes: readonly PartitionChange[];
}

/** How long a commit is remembered: metadata that lags may be that old. */
const KEPT_MICROS = 3_600_000_000n;

/** Rows of insertAll that BigQuery would not yet have moved to storage: readable, but not counted in `numRows`. */
export class StreamingBuffer {
  readonly #holdMs: () => number;
  #commits: BufferedCommit[] = [];

  /** @param holdMs how long rows are in the buffer; asked each time, so that it can be changed */
  constructor(holdMs: () => number) {
    this.#holdMs = holdMs;
  }

  get #holdMicros(): bigint {
    return BigInt(Math.round(this.#holdMs() * 1000));
  }

  add(micros: bigint, changes: readonly PartitionChange[]): void {
    this.#commits = this.#commits.filter((commit) => commit.micros + this.#holdMicros + KEPT_MICROS > micros);
    this.#commits.push({ micros, changes });
  }

  /** Whether rows were streamed after a time. */
  hasAfter(micros: bigint): boolean {
    return (this.#commits.at(-1)?.micros ?? 0n) > micros;
  }

  /** When rows were last streamed, up to a time; 0 if that is not known. */
  lastUntil(micros: bigint): bigint {
    return this.#commits.findLast((commit) => commit.micros <= micros)?.micros ?? 0n;
  }

  /** What was streamed after a time. */
  after(micros: bigint): { rows: number; bytes: number } {
    return totalOf(this.#commits.filter((commit) => commit.micros > micros).flatMap((commit) => commit.changes));
  }

  clear(): void {
    this.#commits = [];
  }

  /** What is in the buffer at `nowMicros`, or undefined when it is empty. */
  content(nowMicros: bigint): BufferContent | undefined {
    const held = this.#commits.filter((commit) => commit.micros <= nowMicros && commit.micros + this.#holdMicros > nowMicros);
    const oldest = held[0];
    if (!oldest) return undefined;
    const changes = held.flatMap((commit) => commit.changes);
    return { ...totalOf(changes), oldestMicros: oldest.micros, commits: held.map(({ micros }) => micros), changes };
  }
}

/** Rows and logical bytes of changes together. */
export function totalOf(changes: readonly PartitionChange[]): { rows: number; bytes: number } {
  let rows = 0;
  let bytes = 0;
  for (const change of changes) {
    rows += change.rows;
    for (const column of change.bytes) bytes += column;
  }
  return { rows, bytes };
}
