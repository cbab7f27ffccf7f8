import type { DuckDBConnection } from '@duckdb/node-api';
import type { ApiContext } from '../api/context.ts';
import type { Access } from '../access/access-book.ts';
import { SnapshotTable } from '../catalog/snapshot-table.ts';
import { scopeOf } from '../api/context.ts';
import { toField } from '../catalog/schema.ts';
import { invalid, notFound } from '../http/api-error.ts';
import { sizeOf } from '../jobs/billing.ts';
import type { Job, JobRecord } from '../jobs/job.ts';
import type { CatalogTable, PartitionConstraint } from '../sql/contract.ts';
import { columnBytes } from '../storage/logical-bytes.ts';
import { INSERTED, POSITION, STAMP, visibleAt } from '../storage/versioned-table.ts';

export interface TablePath {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** What is known of rows before any is read. */
export interface SourceSize {
  readonly rows: number;
  readonly bytes: number;
}

/** Rows that a session reads: fixed, in one order. */
export interface RowSource {
  /** For names and types; its relation is not used. */
  readonly table: CatalogTable;
  readonly location: string;
  /** A finished query's rows: counted apart. */
  readonly temporary: boolean;
  /** The tables that the rows come of. */
  readonly tables: NonNullable<JobRecord['references']>;
  /** What of the columns lies in the partitions that a restriction leaves. */
  size(columns: readonly string[], partitions: PartitionConstraint | 'all'): Promise<SourceSize>;
  /**
   * Runs `read` with a relation that has the fields and {@link POSITION}, the row's place in the order. Throws `notFound` when the
   * rows are gone.
   */
  use<T>(read: (connection: DuckDBConnection, relation: string) => Promise<T>): Promise<T>;
}

/** The rows of a table at a snapshot, or of a finished query by the name of its result. */
export async function openSource(
  context: ApiContext,
  path: TablePath,
  snapshotMicros: bigint | undefined,
  access: Access,
): Promise<RowSource> {
  const job = await context.jobs.findByResultTable(path.project, path.dataset, path.table);
  if (!job) return tableSource(context, path, snapshotMicros, access);
  if (snapshotMicros !== undefined) throw invalid(`The result of a query has no snapshots: ${path.dataset}.${path.table}`);
  return resultSource(context, path, job);
}

async function tableSource(context: ApiContext, path: TablePath, asked: bigint | undefined, access: Access): Promise<RowSource> {
  const { catalog, commits, database, behaviour } = context;
  const { location } = catalog.dataset(path.project, path.dataset);
  const source = catalog.table(path.project, path.dataset, path.table);
  source.requireRows();
  const now = await commits.snapshot();
  const scope = scopeOf(context, path.project, now, access);
  const table = new SnapshotTable(source, scope, asked === undefined ? source.shape : source.shapeAt(asked));
  table.relation(asked);
  const micros = asked ?? now;
  const buffered = behaviour.current.streamingBufferReads === 'missing' ? (source.buffer.content(now)?.commits ?? []) : [];
  const visible = [
    visibleAt(micros),
    ...(buffered.length > 0 ? [`coalesce(${STAMP}, ${INSERTED}) NOT IN (${buffered.join(', ')})`] : []),
  ].join(' AND ');
  return {
    table,
    location,
    temporary: false,
    tables: [{ projectId: path.project, datasetId: path.dataset, tableId: path.table }],
    size: (columns, partitions) => sizeOf(database, source, { asOfMicros: asked, columns, constraints: [partitions] }, table.shape),
    use: (read) => {
      if (catalog.findTable(path.project, path.dataset, path.table) !== source)
        throw notFound(`Not found: Table ${source.key} was deleted`);
      const relation = table.visibleRows(visible, [`rowid AS ${POSITION}`]);
      return database.use((connection) => read(connection, relation));
    },
  };
}

function resultSource({ jobs }: ApiContext, path: TablePath, job: Job): RowSource {
  const fields = jobs.requireResult(job).schema.map(toField);
  const use: RowSource['use'] = (read) => jobs.results.use(jobs.requireResult(job), read);
  return {
    table: { ...path, fields, requirePartitionFilter: false, relation: () => '' },
    location: job.record.location,
    temporary: true,
    tables: job.record.references ?? [],
    size: async (columns) => {
      const sums = fields.filter(({ name }) => columns.includes(name)).map(columnBytes);
      const [row = []] = await use(async (connection, relation) =>
        (await connection.runAndReadAll(`SELECT count(*)::DOUBLE, (${['0', ...sums].join(' + ')})::DOUBLE FROM ${relation}`)).getRows(),
      );
      return { rows: Number(row[0]), bytes: Number(row[1]) };
    },
    use,
  };
}
