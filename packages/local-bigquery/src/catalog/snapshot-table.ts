import { type Access, isGranted, mayRead } from '../access/access-book.ts';
import { masked } from '../access/masking.ts';
import { ApiError } from '../http/api-error.ts';
import type { CatalogTable, Field, HistoryRange, Partitioning } from '../sql/contract.ts';
import { compileRestriction } from '../sql/restriction.ts';
import { quoteName } from '../storage/sql-text.ts';
import { pseudoColumns, relationOf, ROW, type StoredShape, visibleAt } from '../storage/versioned-table.ts';
import { historyTable } from './change-history.ts';
import { tableKey } from './records.ts';
import type { Table } from './table.ts';

export interface SnapshotScope {
  readonly defaultProject: string;
  /** The time at which the statement sees every table. */
  readonly snapshotMicros: bigint;
  /** How far back the tables of a dataset can be read. */
  readonly timeTravelMicros: (project: string, dataset: string) => bigint;
  readonly access: Access;
  /** Inside BEGIN … COMMIT TRANSACTION. */
  readonly inTransaction?: boolean;
}

const ALIAS = '"bq policy"';

/** A stored table at a statement's snapshot, as its caller may see it. */
export class SnapshotTable implements CatalogTable {
  readonly source: Table;
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly fields: readonly Field[];
  readonly partitioning?: Partitioning;
  readonly requirePartitionFilter: boolean;
  readonly pseudo: readonly Field[];
  readonly shape: StoredShape;
  readonly scope: SnapshotScope;

  constructor(source: Table, scope: SnapshotScope, shape: StoredShape = source.shape) {
    this.source = source;
    this.scope = scope;
    this.shape = shape;
    this.project = source.record.project;
    this.dataset = source.record.dataset;
    this.table = source.record.table;
    this.fields = shape.fields;
    if (source.record.partitioning) this.partitioning = source.record.partitioning;
    this.requirePartitionFilter = source.record.requirePartitionFilter;
    this.pseudo = pseudoFields(this.partitioning);
  }

  at(asOfMicros: bigint): CatalogTable {
    return new SnapshotTable(this.source, this.scope, this.source.shapeAt(asOfMicros));
  }

  history(range: HistoryRange): CatalogTable {
    this.checkPast(range.name);
    return historyTable(this, range);
  }

  relation(asOfMicros?: bigint): string {
    if (asOfMicros !== undefined) {
      this.checkTravel(asOfMicros);
      this.checkPast('FOR SYSTEM_TIME AS OF');
    }
    return this.visibleRows(visibleAt(asOfMicros ?? this.scope.snapshotMicros));
  }

  /** Rows by a predicate over the stored columns: those that policies let the caller see, masked where they say so. */
  visibleRows(predicate: string, more: readonly string[] = []): string {
    const buffered = this.source.buffer.content(this.scope.snapshotMicros)?.commits ?? [];
    const plain = relationOf(this.shape, predicate, [`rowid AS ${ROW}`, ...pseudoColumns(this.shape, buffered), ...more]);
    const where = this.#filter();
    const masks = this.#masks();
    if (where === undefined && masks.length === 0) return plain;
    const columns = masks.length === 0 ? '*' : `* REPLACE (${masks.join(', ')})`;
    return `(SELECT ${columns} FROM ${plain} AS ${ALIAS} WHERE ${where ?? 'true'})`;
  }

  checkColumn(name: string): void {
    const field = this.source.record.schema.find((f) => f.name.toLowerCase() === name.toLowerCase());
    const tags = [...(field?.policyTags?.names ?? []), ...(field?.fields ?? []).flatMap((f) => f.policyTags?.names ?? [])];
    if (tags.length === 0 || mayRead(tags, this.scope.access.principal)) return;
    throw new ApiError(
      'accessDenied',
      `Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "${tags.join(', ')}" on column ${this.project}.${this.dataset}.${this.table}.${field?.name ?? name}.`,
    );
  }

  /** The past of a table with row access policies is for administrators. */
  checkPast(what: string): void {
    if (this.source.record.hadRowAccessPolicies !== true || this.scope.access.principal.overrideTimeTravelRestrictions === true) return;
    throw new ApiError(
      'accessDenied',
      `Access Denied: Table ${this.source.key}: User does not have permission to use ${what} on table ${this.source.key}, which has or had row access policies: the permission bigquery.rowAccessPolicies.overrideTimeTravelRestrictions is required.`,
    );
  }

  checkTravel(asOfMicros: bigint): void {
    const { snapshotMicros } = this.scope;
    const key = tableKey(this.project, this.dataset, this.table);
    if (asOfMicros > snapshotMicros) {
      throw new ApiError('invalidQuery', `Invalid snapshot time ${asOfMicros / 1000n} for table ${key}: it is in the future`);
    }
    const created = BigInt(this.source.record.createdMicros);
    const horizon = this.horizonMicros;
    const oldest = horizon > created ? horizon : created;
    // Creation times are shown in milliseconds, so the whole of that millisecond is allowed.
    if (asOfMicros < (oldest / 1000n) * 1000n) {
      throw new ApiError(
        'invalidQuery',
        `Invalid snapshot time ${asOfMicros / 1000n} for table ${key}: cannot read before ${oldest / 1000n}`,
      );
    }
  }

  /** The earliest time that can be read. */
  get horizonMicros(): bigint {
    return this.scope.snapshotMicros - this.scope.timeTravelMicros(this.project, this.dataset);
  }

  #filter(): string | undefined {
    const { rowAccessPolicies = [] } = this.source.record;
    if (rowAccessPolicies.length === 0) return undefined;
    const { principal } = this.scope.access;
    const { project, dataset, table, fields, pseudo, partitioning } = this;
    const open: CatalogTable = {
      project,
      dataset,
      table,
      fields,
      pseudo,
      ...(partitioning ? { partitioning } : {}),
      requirePartitionFilter: false,
      relation: () => '',
    };
    const granted = rowAccessPolicies.filter((policy) => isGranted(policy, principal));
    const filters = granted.map(
      ({ filterPredicate }) => compileRestriction(filterPredicate, open, ALIAS, this.scope.snapshotMicros, principal.email).where,
    );
    return filters.length === 0 ? 'false' : `(${filters.map((filter) => `(${filter})`).join(' OR ')})`;
  }

  #masks(): string[] {
    const { access } = this.scope;
    if (access.principal.unmasked === true) return [];
    return this.source.record.schema.flatMap((wire) => {
      const [policy] = wire.dataPolicies ?? [];
      const field = this.fields.find((f) => f.name === wire.name);
      if (policy === undefined || field === undefined) return [];
      return [`${masked(field, quoteName(field.name), access.maskingOf(policy.name))} AS ${quoteName(field.name)}`];
    });
  }
}

function pseudoFields(partitioning: Partitioning | undefined): Field[] {
  if (partitioning === undefined || partitioning.field !== undefined) return [];
  const time: Field = { name: '_PARTITIONTIME', type: 'TIMESTAMP', mode: 'NULLABLE' };
  return partitioning.unit === 'DAY' ? [time, { name: '_PARTITIONDATE', type: 'DATE', mode: 'NULLABLE' }] : [time];
}
