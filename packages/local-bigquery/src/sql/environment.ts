import type { OutputColumn } from './query.ts';
import type { Catalog, PartitionConstraint, WireParameter } from './contract.ts';
import { bothPruning, type Pruning } from './pruning.ts';
import type { BaseColumn, TableUse } from './typed.ts';

export interface CompileOptions {
  readonly parameters: readonly WireParameter[];
  readonly defaultDataset?: { readonly project: string; readonly dataset: string };
  /** The statement's one time, in microseconds since 1970. */
  readonly nowMicros: bigint;
}

export interface Cte {
  readonly alias: string;
  readonly columns: readonly OutputColumn[];
  readonly always: ReadonlySet<BaseColumn>;
}

/** What all parts of one statement share. */
export class Environment {
  readonly catalog: Catalog;
  readonly options: CompileOptions;
  readonly uses: TableUse[] = [];
  #aliases = 0;
  #constraints: Pruning | undefined;

  constructor(catalog: Catalog, options: CompileOptions) {
    this.catalog = catalog;
    this.options = options;
  }

  /** Records a constraint that holds for every row that the statement takes from a table. */
  constrain(use: TableUse, constraint: PartitionConstraint): void {
    this.#constraints = bothPruning(this.#constraints, new Map([[use, constraint]]));
  }

  constraintOf(use: TableUse): PartitionConstraint | undefined {
    return this.#constraints?.get(use);
  }

  /** Runs an analysis whose result is only looked at: what it read is forgotten. */
  tentatively<T>(analysis: () => T): T {
    const { length } = this.uses;
    const constraints = this.#constraints;
    try {
      return analysis();
    } finally {
      this.uses.length = length;
      this.#constraints = constraints;
    }
  }

  /** A name that no other relation of the statement has, and that no user can write. */
  alias(): string {
    this.#aliases += 1;
    return `"bq ${String(this.#aliases)}"`;
  }
}

/** Common table expressions in sight, by lower-case name. */
export type Ctes = ReadonlyMap<string, Cte>;
