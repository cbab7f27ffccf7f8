import {
  type Column,
  compileCanonical,
  type CursorRange,
  cursorText,
  type CursorType,
  formatInstant,
  type Micros,
  micros,
  type OpenWindow,
  type Outline,
  type RejectedRow,
  type Row,
  sampleOf,
  type TableDescription,
  type TableSpec,
  type Unit,
  type WindowRequest,
} from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { Random } from './random.ts';
import { EPOCH_MS } from './sim-process.ts';
import type { Timeline } from './timeline.ts';

export interface Identity {
  readonly columns: readonly Column[];
  readonly key: string | undefined;
  readonly cursor: string | null;
  readonly content: string;
}

export interface SourceRow {
  readonly row: Row;
  /** What a query for these columns answers, kept from one to the next. */
  answered?: { readonly columns: readonly Column[]; readonly row: Row };
  /** What the oracle takes the row for under these columns. */
  identity?: Identity;
  /** `decode`: the source's answer cannot be decoded; `refused`: the target does not take it. */
  readonly poison: 'decode' | 'refused' | undefined;
  /** From this time of the source on, the row is in each snapshot. */
  readonly visibleFrom: Micros;
}

export interface TableLayout {
  readonly cursorType: CursorType;
  readonly declaredKey: readonly string[] | undefined;
  readonly prunable: boolean;
  /** Large ones make a table that is outlined and read in several windows. */
  readonly bytesPerRow: number;
  readonly pageRows: number;
  readonly unitRows: number;
}

interface ProbeState {
  readonly atMs: number;
  readonly token: string;
  readonly modifiedAt: Micros;
  readonly rowCount: number;
}

interface Result {
  readonly rows: readonly SourceRow[];
  readonly ordinals: readonly number[];
  readonly open: OpenWindow;
  readonly columns: readonly Column[];
}

const RESULT_LIFE_MS = 24 * 3_600_000;
/** Jobs are dated in milliseconds. Versions of rows grow by a microsecond with each commit, of which windows here have far fewer than this. */
const JOBS_APART_MICROS = 1000n;
/** How far behind the truth metadata may be. */
const STALE_MS = 8000;

/** One table as BigQuery keeps it: its rows, the snapshots of its jobs, what its metadata says and when. */
export class ModelBigQuery {
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly layout: TableLayout;
  columns: readonly Column[];
  createdAt: Micros;
  rows: SourceRow[] = [];
  /** Rows that were taken away, by key: the target may keep them until a verify. */
  readonly removed = new Set<string>();
  /** Whether the columns have ever changed. */
  reshaped = false;
  /** What became of the columns that rows are made for: their names now, by those of then, and those whose values are text now. */
  readonly #names = new Map<string, string>();
  readonly #texts = new Set<string>();
  /** Rows of each window opened, by its id. */
  readonly totals = new Map<string, number>();
  #firstOpen = true;
  /** Undefined: it exists. */
  #missingUntilMs: number | undefined;
  /** The newest snapshot given, and since when every row that ever was is still there: no stale snapshot lies before either. */
  #lastSnapshot = micros(0n);
  #replacedAt = micros(0n);
  readonly #results = new Map<string, Result>();
  readonly #burnt = new Set<string>();
  readonly #expired = new Set<string>();
  #lastMicros = 0n;
  /** Counts the changes of rows and columns. */
  version = 0;
  #probes: ProbeState[] = [];
  #bufferUntilMs = 0;
  #tokens = 0;

  constructor(timeline: Timeline, random: Random, layout: TableLayout, columns: readonly Column[]) {
    this.#timeline = timeline;
    this.#random = random;
    this.layout = layout;
    this.columns = columns;
    this.createdAt = this.now();
    this.#replacedAt = this.createdAt;
    this.#touch();
  }

  /** The source's own clock: never equal, never back. */
  now(): Micros {
    const at = BigInt(Math.round((EPOCH_MS + this.#timeline.nowMs) * 1000));
    this.#lastMicros = at > this.#lastMicros ? at : this.#lastMicros + 1n;
    return micros(this.#lastMicros);
  }

  /** Whether no window of this life of the table has been opened. */
  get untouched(): boolean {
    return this.#firstOpen;
  }

  /** `buffered`: as streaming inserts, whose rows metadata shows only later. */
  insert(rows: readonly Pick<SourceRow, 'row' | 'poison'>[], buffered: boolean): void {
    const visibleFrom = this.now();
    for (const { row, poison } of rows) this.rows.push({ row: this.#shaped(row), poison, visibleFrom });
    this.version += 1;
    if (!buffered) {
      this.#touch();
      return;
    }
    const flushMs = this.#timeline.nowMs + this.#random.between(1000, 60_000);
    this.#bufferUntilMs = Math.max(this.#bufferUntilMs, flushMs);
    this.#timeline.at(flushMs, () => this.#touch());
  }

  /** Replaces the rows for which `change` returns another; those that get another id leave the old one behind. */
  update(change: (row: SourceRow) => Row | undefined): void {
    const visibleFrom = this.now();
    this.#replacedAt = visibleFrom;
    this.rows = this.rows.map((old) => {
      const made = change(old);
      if (made === undefined) return old;
      const row = this.#shaped(made);
      if (idOf(row) !== idOf(old.row)) this.removed.add(idOf(old.row));
      return { row, poison: undefined, visibleFrom };
    });
    this.#touch();
  }

  /** Takes away the rows that `choose` picks. */
  remove(choose: (row: SourceRow) => boolean): void {
    this.#replacedAt = this.now();
    this.rows = this.rows.filter((source) => {
      if (!choose(source)) return true;
      this.removed.add(idOf(source.row));
      return false;
    });
    this.#touch();
  }

  addColumn(column: Column): void {
    if (!this.columns.some(({ name }) => name === column.name)) this.#reshape([...this.columns, column]);
  }

  dropColumn(name: string): void {
    if (!this.columns.some((column) => column.name === name)) return;
    this.rows = this.rows.map((source) =>
      source.row[name] === undefined
        ? source
        : { ...source, row: Object.fromEntries(Object.entries(source.row).filter(([key]) => key !== name)) },
    );
    this.#reshape(this.columns.filter((column) => column.name !== name));
  }

  /** Values of the column are text from now on, as INT64 made NUMERIC are. */
  retype(name: string, type: Column['type']): void {
    const now = this.#names.get(name) ?? name;
    this.#texts.add(name);
    this.#shapeAll();
    this.#reshape(this.columns.map((column) => (column.name === now ? { ...column, type } : column)));
  }

  /** Once a column. */
  rename(name: string, to: string): void {
    if (this.#names.has(name) || !this.columns.some((column) => column.name === name)) return;
    this.#names.set(name, to);
    this.#shapeAll();
    this.#reshape(this.columns.map((column) => (column.name === name ? { ...column, name: to } : column)));
  }

  #shapeAll(): void {
    this.rows = this.rows.map(({ row, poison, visibleFrom }) => ({ row: this.#shaped(row), poison, visibleFrom }));
  }

  /** A row under the columns of now. What it says under the name that it was made with counts. */
  #shaped(row: Row): Row {
    if (this.#names.size === 0 && this.#texts.size === 0) return row;
    const shaped: Record<string, Row[string]> = Object.fromEntries(Object.entries(row).filter(([name]) => !this.#names.has(name)));
    for (const [name, to] of this.#names) {
      const made = row[name];
      if (made !== undefined) shaped[to] = made;
    }
    for (const name of this.#texts) {
      const now = this.#names.get(name) ?? name;
      const value = shaped[now];
      if (typeof value === 'number') shaped[now] = String(value);
    }
    return shaped;
  }

  #reshape(columns: readonly Column[]): void {
    this.columns = columns;
    this.reshaped = true;
    this.#replacedAt = this.now();
    this.#touch();
  }

  /** Gone until it is made again, `ms` later; what its jobs have found can still be read. */
  drop(ms: number, then: () => void): void {
    this.#missingUntilMs = this.#timeline.nowMs + ms;
    this.#timeline.after(ms, then);
  }

  mustExist(): void {
    if (this.#missingUntilMs !== undefined) throw new BqsyncError('BQS_SOURCE_NOT_FOUND', 'the table does not exist');
  }

  recreate(): void {
    this.#missingUntilMs = undefined;
    this.createdAt = this.now();
    this.#replacedAt = this.createdAt;
    this.rows = [];
    this.removed.clear();
    this.#firstOpen = true;
    this.#touch();
  }

  truncate(): void {
    this.remove(() => true);
  }

  expireResults(): void {
    for (const windowId of this.#results.keys()) this.expire(windowId);
  }

  /** The job's id stays taken: who asks for it again learns that its result is gone. */
  expire(windowId: string): void {
    if (this.#results.delete(windowId)) this.#expired.add(windowId);
  }

  burn(windowId: string): void {
    this.#burnt.add(windowId);
  }

  describe(table: TableSpec, stale: boolean): TableDescription {
    const { cursorType, declaredKey, prunable, bytesPerRow } = this.layout;
    const known = stale ? this.#probes.find(({ atMs }) => atMs >= this.#timeline.nowMs - STALE_MS) : undefined;
    const probe = known ?? this.#probes.at(-1);
    if (probe === undefined) throw new RangeError(`table "${table.id}" has no metadata`);
    return {
      columns: this.columns,
      cursorType,
      declaredKey,
      prunable,
      layout: 'simulated',
      createdAt: this.createdAt,
      probe: {
        token: probe.token,
        modifiedAt: probe.modifiedAt,
        streaming: this.#timeline.nowMs < this.#bufferUntilMs,
        rowCount: probe.rowCount,
        bytes: probe.rowCount * bytesPerRow,
      },
    };
  }

  outline(table: TableSpec): Outline {
    const days = new Map<string, number>();
    let nulls = this.#timeline.nowMs < this.#bufferUntilMs;
    for (const { row } of this.rows) {
      const cursor = row[table.cursorColumn];
      if (typeof cursor !== 'string') nulls = true;
      else days.set(cursor.slice(0, 10), (days.get(cursor.slice(0, 10)) ?? 0) + 1);
    }
    const parts = [...days].sort().map(([day, rows]) => {
      const from = micros(BigInt(Date.parse(`${day}T00:00:00Z`)) * 1000n);
      return { from, to: micros(from + 86_400_000_000n), rows, bytes: rows * this.layout.bytesPerRow };
    });
    return { parts, nulls, bytesScanned: 0, bytesBilled: 0 };
  }

  /** `stale`: at a snapshot some seconds old, as far as the model still knows what was visible then. */
  open(table: TableSpec, description: TableDescription, request: WindowRequest, stale = false): OpenWindow {
    const { windowId, range } = request;
    if (this.#burnt.has(windowId)) throw new BqsyncError('BQS_SOURCE_JOB_FAILED', `job ${windowId} has failed`);
    if (this.#expired.has(windowId)) throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${windowId} has expired`);
    const known = this.#results.get(windowId);
    if (known !== undefined) return { ...known.open, resumed: true };
    this.mustExist();
    const gone = description.columns.find(({ name }) => !this.columns.some((column) => column.name === name));
    if (gone !== undefined) throw new BqsyncError('BQS_SOURCE_QUERY_INVALID', `Unrecognized name: ${gone.name}`);
    this.#firstOpen = false;
    const snapshot = this.#snapshot(stale);
    const matches = rangeFilter(table.cursorColumn, range, this.layout.cursorType);
    const rows = this.#random.shuffle(this.rows.filter(({ row, visibleFrom }) => matches(row) && visibleFrom <= snapshot));
    this.totals.set(windowId, rows.length);
    const { unitRows, bytesPerRow } = this.layout;
    const units: Unit[] = [];
    for (let at = 0; at < rows.length; at += unitRows) {
      units.push({ index: units.length, startRow: at, endRow: Math.min(rows.length, at + unitRows) });
    }
    const bytes = rows.length * bytesPerRow;
    const open = { windowId, snapshot, totalRows: rows.length, units, bytesScanned: bytes, bytesBilled: bytes, resumed: false };
    const ordinals = table.duplicates === 'keep' ? ordinalsOf(rows, description.columns) : [];
    this.#results.set(windowId, { rows, ordinals, open, columns: description.columns });
    this.#timeline.after(RESULT_LIFE_MS, () => this.expire(windowId));
    return open;
  }

  page(table: TableSpec, windowId: string, firstRow: number, endRow: number) {
    const result = this.#results.get(windowId);
    if (result === undefined) throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${windowId} has expired`);
    const end = Math.min(endRow, firstRow + this.layout.pageRows);
    const rejected = new Map<number, RejectedRow>();
    const rows: (Row | undefined)[] = [];
    for (let i = firstRow; i < end; i++) {
      const source = result.rows[i];
      if (source === undefined) throw new RangeError(`window ${windowId} has no row ${String(i)}`);
      if (source.poison === 'decode') {
        const key = idOf(source.row);
        rejected.set(i - firstRow, { key, reason: 'decode', message: 'column "value" cannot be decoded', sample: sampleOf(source.row) });
        rows.push(undefined);
      } else rows.push(project(source, result.columns));
    }
    const ordinals = table.duplicates === 'keep' ? result.ordinals.slice(firstRow, end) : undefined;
    return { firstRow, rows, rejected, ordinals, bytes: (end - firstRow) * this.layout.bytesPerRow };
  }

  #snapshot(stale: boolean): Micros {
    const now = this.now();
    const wanted = stale ? micros(now - BigInt(STALE_MS * 1000)) : now;
    const next = micros(this.#lastSnapshot + JOBS_APART_MICROS);
    let snapshot = wanted > next ? wanted : next;
    if (snapshot < this.#replacedAt) snapshot = now;
    this.#lastSnapshot = snapshot;
    // Jobs of one moment are dated apart: what is written next comes after all of them.
    if (snapshot > this.#lastMicros) this.#lastMicros = snapshot;
    return snapshot;
  }

  #touch(): void {
    this.version += 1;
    const atMs = this.#timeline.nowMs;
    this.#probes = this.#probes.filter((probe) => probe.atMs >= atMs - 2 * STALE_MS).slice(-20);
    this.#probes.push({ atMs, token: String(++this.#tokens), modifiedAt: this.now(), rowCount: this.rows.length });
  }
}

function rangeFilter(column: string, range: CursorRange, type: CursorType): (row: Row) => boolean {
  const from = range.from === undefined ? undefined : cursorText(range.from, type);
  const to = range.to === undefined ? undefined : cursorText(range.to, type);
  return (row) => {
    const cursor = row[column];
    if (typeof cursor !== 'string') return range.nulls !== 'exclude';
    return range.nulls !== 'only' && (from === undefined || cursor >= from) && (to === undefined || cursor < to);
  };
}

function project(source: SourceRow, columns: readonly Column[]): Row {
  if (source.answered?.columns === columns) return source.answered.row;
  const row: Record<string, Row[string]> = {};
  for (const { name } of columns) row[name] = source.row[name] ?? null;
  source.answered = { columns, row };
  return row;
}

/** The text of a row's id, of which NULL is none. */
export function idOf(row: Row): string {
  const id = row['id'];
  return typeof id === 'string' ? id : '';
}

/** How many equal rows stand before each, from 1. */
function ordinalsOf(rows: readonly SourceRow[], columns: readonly Column[]): number[] {
  const canonical = compileCanonical(columns);
  const seen = new Map<string, number>();
  return rows.map(({ row }) => {
    const text = canonical(row);
    const ordinal = (seen.get(text) ?? 0) + 1;
    seen.set(text, ordinal);
    return ordinal;
  });
}

/** Text of an instant `ms` after the start of virtual time, in a cursor column's own form. */
export function cursorAt(ms: number, type: CursorType, extraMicros = 0): string {
  const at = micros(BigInt(Math.round(EPOCH_MS + ms)) * 1000n + BigInt(extraMicros));
  return type === 'TIMESTAMP' ? formatInstant(at) : cursorText(at, type);
}
