import type { PartitionChange } from './versioned-table.ts';

interface PartitionStats {
  readonly start: bigint | null;
  rows: number;
  /** Logical bytes by column, in the order of the table's fields. */
  readonly bytes: number[];
  modifiedMicros: bigint;
}

/** Rows and logical bytes of a table now, by partition and column: kept up with each commit, so that no query counts them. */
export class TableStats {
  readonly #partitions = new Map<bigint | null, PartitionStats>();

  get partitions(): PartitionStats[] {
    return [...this.#partitions.values()];
  }

  get rows(): number {
    return this.partitions.reduce((sum, partition) => sum + partition.rows, 0);
  }

  get bytes(): number {
    return this.partitions.reduce((sum, partition) => sum + total(partition), 0);
  }

  /** Of the last commit that is still to be seen in a row; 0 in a table that never had one. */
  get modifiedMicros(): bigint {
    return this.partitions.reduce((max, partition) => (partition.modifiedMicros > max ? partition.modifiedMicros : max), 0n);
  }

  apply(changes: readonly PartitionChange[], sign: 1 | -1, micros: bigint): void {
    for (const change of changes) {
      const partition = this.#partition(change.start);
      partition.rows += sign * change.rows;
      for (const [index, bytes] of change.bytes.entries()) partition.bytes[index] = (partition.bytes[index] ?? 0) + sign * bytes;
      if (micros > partition.modifiedMicros) partition.modifiedMicros = micros;
    }
  }

  /** Takes what is there instead of what was known; when a partition was changed stays known. */
  replace(changes: readonly PartitionChange[]): void {
    for (const partition of this.#partitions.values()) {
      partition.rows = 0;
      partition.bytes.length = 0;
    }
    this.apply(changes, 1, 0n);
  }

  touch(start: bigint | null, micros: bigint): void {
    const partition = this.#partition(start);
    if (micros > partition.modifiedMicros) partition.modifiedMicros = micros;
  }

  #partition(start: bigint | null): PartitionStats {
    let partition = this.#partitions.get(start);
    if (!partition) {
      partition = { start, rows: 0, bytes: [], modifiedMicros: 0n };
      this.#partitions.set(start, partition);
    }
    return partition;
  }
}

function total(partition: Pick<PartitionStats, 'bytes'>): number {
  return partition.bytes.reduce((sum, bytes) => sum + bytes, 0);
}
