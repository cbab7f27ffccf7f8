import { invalid, notFound, notImplemented } from '../http/api-error.ts';
import type { Catalog, CatalogTable } from '../sql/contract.ts';
import type { CatalogStore } from './catalog-store.ts';
import { schemaView } from './information-schema.ts';
import { toField } from './schema.ts';
import { type SnapshotScope, SnapshotTable } from './snapshot-table.ts';
import { wildcardTable } from './wildcard-table.ts';

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
    if (table.endsWith('*')) return this.#wildcard(project, dataset, table.slice(0, -1));
    if (table.includes('$')) throw notImplemented(`the partition decorator in ${table}`);
    const found = this.#store.table(project, dataset, table);
    const { view } = found.record;
    if (view === undefined) return new SnapshotTable(found, this.#scope);
    if (view.useLegacySql) throw notImplemented(`the query of ${found.key}, a view in legacy SQL,`);
    const { query } = view;
    return {
      project,
      dataset,
      table,
      fields: found.record.schema.map(toField),
      requirePartitionFilter: false,
      view: { query },
      relation: () => '',
    };
  }

  #wildcard(project: string, dataset: string, prefix: string): CatalogTable {
    this.#store.dataset(project, dataset);
    const found = this.#store.tables(project, dataset).filter(({ record }) => record.kind === 'TABLE' && record.table.startsWith(prefix));
    if (found.length === 0) throw notFound(`${project}:${dataset}.${prefix}* does not match any table.`);
    return wildcardTable(
      prefix,
      found.map((table) => new SnapshotTable(table, this.#scope)),
    );
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
