import { ApiError, invalid, notFound } from '../http/api-error.ts';
import type { Catalog, CatalogTable, Field, Partitioning } from '../sql/contract.ts';
import { relationAt } from '../storage/versioned-table.ts';
import type { CatalogStore } from './catalog-store.ts';
import { schemaView } from './information-schema.ts';
import { tableKey } from './records.ts';
import type { Table } from './table.ts';

interface SnapshotScope {
  readonly defaultProject: string;
  /** The time at which the statement sees every table. */
  readonly snapshotMicros: bigint;
  readonly timeTravelMicros: bigint;
}

/** The catalog as one statement sees it: names resolved, rows as of one commit time. */
export class SnapshotCatalog implements Catalog {
  readonly #store: CatalogStore;
  readonly #scope: SnapshotScope;

  constructor(store: CatalogStore, scope: SnapshotScope) {
    this.#store = store;
    this.#scope = scope;
  }

  resolve(path: readonly string[]): CatalogTable {
    const parts = path.flatMap((part) => part.split('.'));
    const marker = parts.findIndex((part) => part.toUpperCase() === 'INFORMATION_SCHEMA');
    if (marker >= 0) return this.#view(parts.slice(0, marker), parts.slice(marker + 1).join('.'));
    const [project, dataset, table] = parts.length === 2 ? [this.#scope.defaultProject, ...parts] : parts;
    if (parts.length > 3 || project === undefined || dataset === undefined || table === undefined) {
      throw invalid(`Table "${parts.join('.')}" must be qualified with a dataset (e.g. dataset.table).`);
    }
    const found = this.#store.table(project, dataset, table);
    found.requireRows();
    return new SnapshotTable(found, this.#scope);
  }

  #view(prefix: readonly string[], name: string): CatalogTable {
    const [project, dataset, more] = prefix.length === 1 ? [this.#scope.defaultProject, ...prefix] : prefix;
    if (more !== undefined || project === undefined || dataset === undefined) {
      throw invalid('INFORMATION_SCHEMA must be qualified with a dataset (e.g. dataset.INFORMATION_SCHEMA.PARTITIONS).');
    }
    if (!this.#store.findDataset(project, dataset)) throw notFound(`Not found: Dataset ${project}:${dataset}`);
    const view = schemaView(name, dataset, this.#store.tables(project, dataset), this.#scope.snapshotMicros);
    return {
      project,
      dataset,
      table: `INFORMATION_SCHEMA.${name.toUpperCase()}`,
      fields: view.fields,
      requirePartitionFilter: false,
      relation: (asOfMicros) => {
        if (asOfMicros !== undefined) throw invalid('FOR SYSTEM_TIME AS OF cannot be used on INFORMATION_SCHEMA');
        return view.relation;
      },
    };
  }
}

/** A stored table at a statement's snapshot. */
export class SnapshotTable implements CatalogTable {
  readonly source: Table;
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly fields: readonly Field[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter: boolean;
  readonly #scope: SnapshotScope;

  constructor(source: Table, scope: SnapshotScope) {
    this.source = source;
    this.#scope = scope;
    this.project = source.record.project;
    this.dataset = source.record.dataset;
    this.table = source.record.table;
    this.fields = source.fields;
    if (source.record.partitioning) this.partitioning = source.record.partitioning;
    this.requirePartitionFilter = source.record.requirePartitionFilter;
  }

  relation(asOfMicros?: bigint): string {
    if (asOfMicros !== undefined) this.#checkTravel(asOfMicros);
    return relationAt(this.source.shape, asOfMicros ?? this.#scope.snapshotMicros);
  }

  #checkTravel(asOfMicros: bigint): void {
    const { snapshotMicros, timeTravelMicros } = this.#scope;
    const key = tableKey(this.project, this.dataset, this.table);
    if (asOfMicros > snapshotMicros) {
      throw new ApiError('invalidQuery', `Invalid snapshot time ${asOfMicros / 1000n} for table ${key}: it is in the future`);
    }
    const created = BigInt(this.source.record.createdMicros);
    const oldest = snapshotMicros - timeTravelMicros > created ? snapshotMicros - timeTravelMicros : created;
    // Creation times are shown in milliseconds, so the whole of that millisecond is allowed.
    if (asOfMicros < (oldest / 1000n) * 1000n) {
      throw new ApiError(
        'invalidQuery',
        `Invalid snapshot time ${asOfMicros / 1000n} for table ${key}: cannot read before ${oldest / 1000n}`,
      );
    }
  }
}
