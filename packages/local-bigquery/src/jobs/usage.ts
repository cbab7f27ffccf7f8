import type { JobRecord } from './job.ts';

export interface UsageTotals {
  jobs: number;
  bytesProcessed: number;
  bytesBilled: number;
}

/** What the queries that succeeded since the start of the server cost, in all and by each label that the jobs carry. */
export class Usage {
  readonly #total = emptyTotals();
  readonly #storageRead = { sessions: 0, bytesRead: 0, temporaryBytesRead: 0 };
  readonly #traces = new Map<string, number>();
  readonly #labels = new Map<string, Map<string, UsageTotals>>();
  readonly #rows = new Map<string, RowsRead>();

  count(record: JobRecord): void {
    if (record.kind !== 'QUERY' || record.error) return;
    add(this.#total, record);
    for (const [key, value] of Object.entries(record.labels)) {
      const values = this.#labels.get(key) ?? new Map<string, UsageTotals>();
      this.#labels.set(key, values);
      const totals = values.get(value) ?? emptyTotals();
      values.set(value, totals);
      add(totals, record);
    }
  }

  openSession(): void {
    this.#storageRead.sessions += 1;
  }

  countRead(bytes: number, { source, traceId }: { readonly source: { readonly temporary: boolean }; readonly traceId: string }): void {
    if (source.temporary) {
      this.#storageRead.temporaryBytesRead += bytes;
      return;
    }
    this.#storageRead.bytesRead += bytes;
    if (traceId !== '') this.#traces.set(traceId, (this.#traces.get(traceId) ?? 0) + bytes);
  }

  /** Rows handed over of tables, or of a query's result that came of them. */
  countRows(way: keyof RowsRead, tables: readonly TableName[], rows: number): void {
    if (rows === 0) return;
    for (const { projectId, datasetId, tableId } of tables) {
      const name = `${projectId}.${datasetId}.${tableId}`;
      const read = this.#rows.get(name) ?? { rest: 0, storage: 0 };
      this.#rows.set(name, { ...read, [way]: read[way] + rows });
    }
  }

  toJSON(): UsageReport {
    const labels = [...this.#labels].map(([key, values]) => [key, Object.fromEntries(values)] as const);
    const { sessions, bytesRead, temporaryBytesRead } = this.#storageRead;
    return {
      ...this.#total,
      labels: Object.fromEntries(labels),
      storageRead: {
        sessions,
        bytesRead: Math.round(bytesRead),
        temporaryBytesRead: Math.round(temporaryBytesRead),
        traces: Object.fromEntries([...this.#traces].map(([traceId, bytes]) => [traceId, Math.round(bytes)])),
      },
      rowsRead: Object.fromEntries(this.#rows),
    };
  }
}

export interface UsageReport extends UsageTotals {
  /** Totals by label key and value. */
  labels: Record<string, Record<string, UsageTotals>>;
  /** What was read by the Storage Read API, which is not in the other numbers. */
  storageRead: StorageReadTotals;
  /** Rows handed over, by `project.dataset.table`. Those of a query's result count for each table that the query names. */
  rowsRead: Record<string, RowsRead>;
}

export interface RowsRead {
  /** In pages of results and of `tabledata.list`. */
  readonly rest: number;
  /** By the Storage Read API. */
  readonly storage: number;
}

type TableName = NonNullable<JobRecord['references']>[number];

export interface StorageReadTotals {
  sessions: number;
  /** Bytes of the columns and partitions that the streams which were read had to look at. */
  bytesRead: number;
  /** The same of results of queries. */
  temporaryBytesRead: number;
  /** `bytesRead` by the trace id of the session, where it has one. */
  traces: Record<string, number>;
}

function emptyTotals(): UsageTotals {
  return { jobs: 0, bytesProcessed: 0, bytesBilled: 0 };
}

function add(totals: UsageTotals, record: JobRecord): void {
  totals.jobs += 1;
  totals.bytesProcessed += record.bytesProcessed;
  totals.bytesBilled += record.bytesBilled;
}
