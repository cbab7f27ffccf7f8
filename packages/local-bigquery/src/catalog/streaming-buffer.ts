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

/** Rows of insertAll that BigQuery would not yet have moved to storage: readable, but not counted in `numRows`. */
export class StreamingBuffer {
  readonly #holdMicros: bigint;
  #commits: BufferedCommit[] = [];

  constructor(holdMs: number) {
    this.#holdMicros = BigInt(Math.round(holdMs * 1000));
  }

  add(micros: bigint, changes: readonly PartitionChange[]): void {
    if (this.#holdMicros > 0n) this.#commits.push({ micros, changes });
  }

  clear(): void {
    this.#commits = [];
  }

  /** What is in the buffer at `nowMicros`, or undefined when it is empty. */
  content(nowMicros: bigint): BufferContent | undefined {
    this.#commits = this.#commits.filter((commit) => commit.micros + this.#holdMicros > nowMicros);
    const oldest = this.#commits[0];
    if (!oldest) return undefined;
    const changes = this.#commits.flatMap((commit) => commit.changes);
    return { ...totalOf(changes), oldestMicros: oldest.micros, commits: this.#commits.map(({ micros }) => micros), changes };
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
