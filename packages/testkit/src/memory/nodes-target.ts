import type { Batch, CommitOutcome, CommitRecords, KeyedRow, Micros, TableProgress, TableSpec } from '@bqsync/core';
import type { MemoryTargetOptions, StoredRow } from '@bqsync/core/memory';
import { DurableTarget } from './durable-target.ts';

/** What the nodes have in common: everything that one writes has arrived at the others. */
export class NodesStore {
  readonly tables: DurableTarget['tables'] = new Map();
  readonly quarantine: DurableTarget['quarantine'] = new Map();
  readonly nodes = new Map<string, NodesTarget>();
  /** Versions of rows, by target and key, and of quarantine records, by table and key. */
  readonly versions = new Map<string, bigint>();
  /** How often a node wrote records of a table, by `{tableId}@{node}`. */
  readonly writes = new Map<string, number>();
  /** Records that cannot be understood, likewise. */
  readonly damaged = new Set<string>();

  versionOf(table: TableSpec, key: string): bigint {
    return this.versions.get(`row ${table.target.table} ${key}`) ?? 0n;
  }

  /** As replication brings it: the newest version stays. */
  arrive(table: TableSpec, snapshot: Micros, { key, row, cursor }: KeyedRow): void {
    if (this.versionOf(table, key) > snapshot) return;
    this.versions.set(`row ${table.target.table} ${key}`, snapshot);
    this.tables.get(table.target.table)?.set(key, { row, cursor, snapshot } satisfies StoredRow);
  }
}

/** A {@link DurableTarget} as one node of several has it: rows and quarantine are those of all, records are its own. */
export class NodesTarget extends DurableTarget {
  override readonly tables: DurableTarget['tables'];
  override readonly quarantine: DurableTarget['quarantine'];
  readonly node: string;
  protected readonly store: NodesStore;

  constructor(options: MemoryTargetOptions, store: NodesStore, node: string) {
    super(options);
    this.store = store;
    this.node = node;
    this.tables = store.tables;
    this.quarantine = store.quarantine;
    store.nodes.set(node, this);
  }

  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const { id } = batch.table;
    if (this.store.damaged.delete(`${id}@${this.node}`)) this.progress.delete(id);
    const written: CommitRecords[] = [];
    const outcome = await super.commit(
      {
        ...batch,
        record: (decided) => {
          const records = batch.record(decided);
          written.push(records);
          return records;
        },
      },
      signal,
    );
    const version = this.versionFor(batch);
    for (const { key } of batch.rows)
      if (this.tables.get(batch.table.target.table)?.get(key)?.snapshot === batch.snapshot)
        this.store.versions.set(`row ${batch.table.target.table} ${key}`, version);
    for (const { key = '' } of batch.rejected) this.store.versions.set(`quarantine ${id} ${key}`, version);
    if (written.some(({ progress, unit }) => progress !== undefined || unit !== undefined))
      this.store.writes.set(`${id}@${this.node}`, (this.store.writes.get(`${id}@${this.node}`) ?? 0) + 1);
    return outcome;
  }

  override loadProgress(tableId: string): Promise<TableProgress | undefined> {
    return Promise.resolve(this.recordOf(tableId));
  }

  loadElsewhere(tableId: string): Promise<ReadonlyMap<string, TableProgress>> {
    const found = this.others().map(([name, node]) => [name, node.recordOf(tableId)] as const);
    return Promise.resolve(new Map(found.filter((entry): entry is [string, TableProgress] => entry[1] !== undefined)));
  }

  arrivals(tableId: string, nodes: readonly string[]): Promise<string> {
    return Promise.resolve(nodes.map((node) => `${node}:${this.store.writes.get(`${tableId}@${node}`) ?? 0}`).join());
  }

  /** The progress as another node can read it. */
  recordOf(tableId: string): TableProgress | undefined {
    const progress = this.progress.get(tableId);
    if (progress === undefined) return undefined;
    const text = JSON.stringify(progress);
    return this.parseProgress(this.store.damaged.has(`${tableId}@${this.node}`) ? text.slice(0, text.length / 2) : text);
  }

  protected others(): [string, NodesTarget][] {
    return [...this.store.nodes].filter(([name]) => name !== this.node);
  }

  /** Of all rows of a commit: its snapshot, raised above the rows that it replaces. */
  protected versionFor({ table, snapshot, rows }: Batch): bigint {
    return rows.reduce<bigint>((version, { key }) => {
      const stored = this.store.versionOf(table, key);
      return stored >= version ? stored + 1n : version;
    }, snapshot);
  }
}
