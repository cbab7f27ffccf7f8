import type { HarperProcess } from '@bqsync/harper-process';

/** Whose records are read: ids of tables and, on a cluster, the node that wrote them. */
export interface RecordsOf {
  readonly tableIds: readonly string[];
  readonly node?: string;
}

/** What Harper durably says of a table: read from the records that the sync itself goes on from. */
export interface TableRecord {
  readonly tableId: string;
  /** Rows inserted into the target, those of a window that is still shared among threads included. */
  readonly inserted: number;
  /** Rows committed in whatever way: inserted, updated, found unchanged. */
  readonly committed: number;
  readonly windowsCompleted: number;
  readonly completedWindowId: string | null;
  readonly snapshot: string | null;
  readonly sweepSnapshot: string | null;
  /** The window that rows were committed of and that is not complete. */
  readonly window:
    | { readonly windowId: string; readonly kind: string; readonly rowsDone: number; readonly totalRows: number; readonly units: number }
    | undefined;
  /** Whether rows are written that this node has already, since other nodes may lack them. */
  readonly healing: boolean;
  /** Id of a window that was opened, or is about to be, and of which nothing is committed. */
  readonly opening: string | undefined;
}

interface Counted {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly superseded: number;
}

interface StoredRow {
  /** `{tableId}@{node}`, of a unit with its index. */
  readonly id?: string;
  readonly tableId: string;
}

interface ProgressRow extends StoredRow {
  readonly completedWindowId: string | null;
  readonly snapshot: string | null;
  readonly sweepSnapshot: string | null;
  readonly healing?: boolean;
  readonly window: TableRecord['window'] | null;
  readonly counters: Counted & { readonly windows: number };
}

interface IntentRow extends StoredRow {
  readonly request: { readonly windowId: string };
}

interface UnitRow extends StoredRow, Counted {
  readonly windowId: string;
  readonly rowsDone: number;
}

/**
 * The records of all tables. Those of one table may be of different moments, the units of the last, so they may know more; but no window was
 * completed meanwhile, which deletes its units.
 */
export async function readRecords(harper: HarperProcess, { tableIds, node }: RecordsOf): Promise<readonly TableRecord[]> {
  const own = async <Row extends StoredRow>(table: string): Promise<readonly Row[]> => {
    const rows = await allOf<Row>(harper, table);
    return node === undefined ? rows : rows.filter(({ id, tableId }) => isOf(id, tableId, node));
  };
  let progress = await own<ProgressRow>('SyncTable');
  for (;;) {
    const intents = await own<IntentRow>('SyncWindow');
    const units = await own<UnitRow>('SyncUnit');
    const now = await own<ProgressRow>('SyncTable');
    if (windowsOf(tableIds, now) === windowsOf(tableIds, progress)) return tableIds.map((id) => recordOf(id, progress, intents, units));
    progress = now;
  }
}

function isOf(id: string | undefined, tableId: string, node: string): boolean {
  return id === `${tableId}@${node}` || id?.startsWith(`${tableId}@${node}/`) === true;
}

function windowsOf(tableIds: readonly string[], progress: readonly ProgressRow[]): string {
  return JSON.stringify(
    tableIds.map((id) => {
      const row = progress.find(({ tableId }) => tableId === id);
      return [row?.completedWindowId, row?.window?.windowId];
    }),
  );
}

function recordOf(
  tableId: string,
  progress: readonly ProgressRow[],
  intents: readonly IntentRow[],
  units: readonly UnitRow[],
): TableRecord {
  const row = progress.find((each) => each.tableId === tableId);
  const intended = intents.find((each) => each.tableId === tableId)?.request.windowId;
  const window = row?.window ?? undefined;
  const own = units.filter(({ windowId }) => windowId === (window?.windowId ?? intended));
  const counted: Counted[] = [...(row === undefined ? [] : [row.counters]), ...own];
  const sum = (of: (each: Counted) => number): number => counted.reduce((total, each) => total + of(each), 0);
  const isOpening = intended !== undefined && intended !== row?.completedWindowId && intended !== window?.windowId;
  return {
    tableId,
    inserted: sum(({ inserted }) => inserted),
    committed: sum((each) => each.inserted + each.updated + each.unchanged + each.superseded),
    windowsCompleted: row?.counters.windows ?? 0,
    completedWindowId: row?.completedWindowId ?? null,
    snapshot: row?.snapshot ?? null,
    sweepSnapshot: row?.sweepSnapshot ?? null,
    window: window && { ...window, rowsDone: window.rowsDone + own.reduce((total, { rowsDone }) => total + rowsDone, 0) },
    healing: row?.healing === true,
    opening: isOpening ? intended : undefined,
  };
}

export function isInTheMiddle({ window }: TableRecord): boolean {
  return window !== undefined && window.rowsDone > 0 && window.rowsDone < window.totalRows;
}

/** Rows that the target of each table holds, by table id; none where there is no target yet. */
export async function countTargets(
  harper: HarperProcess,
  tables: readonly { readonly id: string; readonly target: string }[],
): Promise<ReadonlyMap<string, number>> {
  const { data = {} } = await harper.operation<{ data?: Record<string, { record_count: number }> }>({
    operation: 'describe_all',
    exact_count: true,
  });
  return new Map(tables.map(({ id, target }) => [id, data[target]?.record_count ?? 0]));
}

async function allOf<Row>(harper: HarperProcess, table: string): Promise<readonly Row[]> {
  return harper.operation({ operation: 'search_by_value', table, search_attribute: 'id', search_value: '*', get_attributes: ['*'] });
}
