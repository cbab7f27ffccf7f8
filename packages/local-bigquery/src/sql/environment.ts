import type { OutputColumn } from './query.ts';
import { type Catalog, type PartitionConstraint, SqlError, type WireParameter } from './contract.ts';
import type { Place } from './place.ts';
import { bothPruning, type Pruning } from './pruning.ts';
import type { BaseColumn, TableUse } from './typed.ts';

export interface CompileOptions {
  readonly parameters: readonly WireParameter[];
  readonly defaultDataset?: { readonly project: string; readonly dataset: string };
  /** The statement's one time, in microseconds since 1970. */
  readonly nowMicros: bigint;
  /** The caller's e-mail address: SESSION_USER(). */
  readonly sessionUser?: string;
}

/** BigQuery's limit of views that read views. */
const MAX_VIEW_DEPTH = 16;

export interface Cte {
  readonly alias: string;
  readonly columns: readonly OutputColumn[];
  readonly always: ReadonlySet<BaseColumn>;
  readonly isValueTable?: boolean;
}

/** What all parts of one statement share. */
export class Environment {
  readonly catalog: Catalog;
  readonly options: CompileOptions;
  readonly uses: TableUse[] = [];
  readonly #views: string[] = [];
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

  /** Analyses the query of a view, which must not read itself. */
  inside<T>(view: string, at: Place, analysis: () => T): T {
    if (this.#views.includes(view)) throw new SqlError(`The view ${view} reads itself`, at);
    if (this.#views.length >= MAX_VIEW_DEPTH) throw new SqlError('Views are nested too deeply', at);
    this.#views.push(view);
    try {
      return analysis();
    } finally {
      this.#views.pop();
    }
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
