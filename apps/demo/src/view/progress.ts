import type { TableSync } from '../sync/sync-status.ts';
import { bar, columns, count, type Palette } from './format.ts';

/** What is shown of a table while it syncs. */
export interface TableProgress {
  readonly table: string;
  /** Rows that BigQuery has. */
  readonly total: number;
  readonly status: TableSync | undefined;
  readonly reached: boolean;
  readonly rowsPerSecond: number;
}

const BAR_WIDTH = 24;

/** Rows of a table that are in Harper, as the sync counts them. */
export function rowsDone({ status, reached, total }: Pick<TableProgress, 'status' | 'reached' | 'total'>): number {
  return reached ? total : Math.min(total, status?.counters?.inserted ?? 0);
}

export function progressLines(tables: readonly TableProgress[], paint: Palette): string[] {
  return columns(
    tables.map((table) => {
      const done = rowsDone(table);
      const { full, rest } = bar(table.total === 0 ? 0 : done / table.total, BAR_WIDTH);
      return [
        `  ${table.table}`,
        (table.reached ? paint.green(full) : paint.cyan(full)) + paint.dim(rest),
        `${count(done)} ${paint.dim(`/ ${count(table.total)}`)}`,
        table.rowsPerSecond >= 1 ? `${count(table.rowsPerSecond)} rows/s` : '',
        stateOf(table, paint),
        lagOf(table, paint),
      ];
    }),
    new Set([0, 1, 4, 5]),
  );
}

/** One line without colours, for where nothing can be drawn. */
export function plainProgress(tables: readonly TableProgress[]): string {
  return tables
    .map((table) => `${table.table} ${count(rowsDone(table))}/${count(table.total)} ${table.status?.state ?? 'starting'}`)
    .join(', ');
}

function stateOf({ status, reached }: TableProgress, paint: Palette): string {
  if (status === undefined) return paint.dim('starting');
  if (status.state === 'failed') return paint.red(`failed: ${status.lastError?.message ?? ''}`);
  if (status.state === 'retrying') return paint.yellow(`retrying: ${status.lastError?.message ?? ''}`);
  if (reached) return paint.green(status.phase ?? 'steady');
  return status.stage === 'backfill' ? 'backfill' : (status.phase ?? status.state);
}

function lagOf({ status }: TableProgress, paint: Palette): string {
  const lag = status?.lagSeconds;
  return lag === undefined ? '' : paint.dim(`lag ${lag < 10 ? lag.toFixed(1) : count(lag)} s`);
}
