import { BqsyncError } from '@bqsync/errors';
import { cursorText, formatInstant } from '../plan/instant.ts';
import type { Column, CursorType, Row } from '../ports/row.ts';
import type { CursorRange, OpenWindow, Outline, Page, Source, TableDescription, Unit, WindowRequest } from '../ports/source.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import { type Micros, micros } from '../ports/time.ts';

export interface MemoryTable {
  readonly columns: readonly Column[];
  readonly declaredKey?: readonly string[];
  readonly prunable?: boolean;
  createdAt: Micros;
  modifiedAt: Micros;
  /** Rows in flight, as after streaming inserts. */
  streaming: boolean;
  rows: Row[];
  version: number;
}

export interface MemorySourceOptions {
  /** The source's own clock; the default counts one millisecond a call. */
  readonly now?: () => Micros;
  readonly pageRows?: number;
  /** Rows of a unit, at most. */
  readonly unitRows?: number;
  /** Deals the rows of a window to as many streams, whose ends are known only once they were read: as a read session does. */
  readonly streams?: number;
  /** Called before each call of the port; may throw to make it fail. */
  readonly before?: (call: 'describe' | 'outline' | 'open' | 'read', tableId: string) => void;
}

interface OpenResult {
  readonly rows: readonly Row[];
  readonly open: OpenWindow;
  readonly sql: string;
  /** By the window's handle: the positions of each stream's rows. */
  readonly sessions: Map<string, readonly (readonly number[])[]>;
}

/** A source of rows in memory, for tests and examples: tables by name, windows fixed when opened, kept under their ids. */
export class MemorySource implements Source {
  readonly tables = new Map<string, MemoryTable>();
  readonly opened: WindowRequest[] = [];
  readonly #results = new Map<string, OpenResult>();
  readonly #options: MemorySourceOptions;
  #ticks = 1_800_000_000_000_000n;

  constructor(options: MemorySourceOptions = {}) {
    this.#options = options;
  }

  now(): Micros {
    if (this.#options.now) return this.#options.now();
    this.#ticks += 1000n;
    return micros(this.#ticks);
  }

  create(name: string, columns: readonly Column[], options: { declaredKey?: readonly string[]; prunable?: boolean } = {}): MemoryTable {
    const at = this.now();
    const table: MemoryTable = { columns, ...options, createdAt: at, modifiedAt: at, streaming: false, rows: [], version: 0 };
    this.tables.set(name, table);
    return table;
  }

  insert(name: string, rows: readonly Row[]): void {
    const table = this.#named(name);
    for (const row of rows) table.rows.push(row);
    this.#touch(table);
  }

  /** Keeps the rows for which `keep` holds. */
  retain(name: string, keep: (row: Row) => boolean): void {
    const table = this.#named(name);
    table.rows = table.rows.filter(keep);
    this.#touch(table);
  }

  /** Forgets the results of all windows, as a source does with time. */
  expireResults(): void {
    this.#results.clear();
  }

  /** The rows of a window in the order that they are read in; none once its result has expired. */
  resultOf(windowId: string): readonly Row[] {
    return this.#results.get(windowId)?.rows ?? [];
  }

  describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    return this.#call('describe', table, signal, () => {
      const stored = this.#named(table.source.table);
      const cursor = stored.columns.find((column) => column.name === table.cursorColumn);
      if (cursor === undefined)
        throw new BqsyncError('BQS_SOURCE_COLUMN_MISSING', `table "${table.id}" has no column "${table.cursorColumn}"`);
      const selected = table.columns;
      const missing = selected === 'all' ? undefined : selected.find((name) => !stored.columns.some((column) => column.name === name));
      if (missing !== undefined) throw new BqsyncError('BQS_SOURCE_COLUMN_MISSING', `table "${table.id}" has no column "${missing}"`);
      const key = table.primaryKey ?? stored.declaredKey ?? [];
      return {
        columns: selected === 'all' ? stored.columns : stored.columns.filter(({ name }) => selected.includes(name) || key.includes(name)),
        cursorType: cursor.type as CursorType,
        declaredKey: stored.declaredKey,
        prunable: stored.prunable ?? false,
        layout: 'in memory',
        createdAt: stored.createdAt,
        probe: {
          token: `${stored.version}`,
          modifiedAt: stored.modifiedAt,
          streaming: stored.streaming,
          rowCount: stored.rows.length,
          bytes: stored.rows.length * 100,
        },
      };
    });
  }

  outline(table: TableSpec, description: TableDescription, signal: AbortSignal): Promise<Outline> {
    return this.#call('outline', table, signal, () => {
      const days = new Map<string, number>();
      let nulls = false;
      for (const row of this.#named(table.source.table).rows) {
        const cursor = row[table.cursorColumn];
        if (typeof cursor !== 'string') nulls = true;
        else days.set(cursor.slice(0, 10), (days.get(cursor.slice(0, 10)) ?? 0) + 1);
      }
      const parts = [...days].sort().map(([day, rows]) => {
        const from = micros(BigInt(Date.parse(`${day}T00:00:00Z`)) * 1000n);
        return { from, to: micros(from + 86_400_000_000n), rows, bytes: rows * 100 };
      });
      return { parts, nulls, bytesScanned: description.probe.bytes, bytesBilled: description.probe.bytes };
    });
  }

  open(table: TableSpec, description: TableDescription, request: WindowRequest, signal: AbortSignal): Promise<OpenWindow> {
    return this.#call('open', table, signal, () => {
      const sql = JSON.stringify([table.source.table, rangeText(request.range)]);
      const known = this.#results.get(request.windowId);
      if (known !== undefined) {
        if (known.sql !== sql) throw new BqsyncError('BQS_SOURCE_PROTOCOL', `window ${request.windowId} was opened for another range`);
        if (this.#options.streams === undefined) return { ...known.open, resumed: true };
        if (request.handle === undefined) return { ...this.#session(known, request), resumed: true };
        const streams = known.sessions.get(request.handle);
        if (streams === undefined) throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `the session of window ${request.windowId} is gone`);
        return { ...streamed(known.open, request.handle, streams), resumed: true };
      }
      if (this.opened.some(({ windowId }) => windowId === request.windowId)) {
        throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `the result of window ${request.windowId} is gone`);
      }
      this.opened.push(request);
      const stored = this.#named(table.source.table);
      const names = description.columns.map((column) => column.name);
      const rows = stored.rows
        .filter((row) => inRange(row[table.cursorColumn], request.range, description.cursorType))
        .map((row) => pick(row, names));
      const unitRows = this.#options.unitRows ?? Number.POSITIVE_INFINITY;
      const units: Unit[] = [];
      for (let at = 0; at < rows.length; at += unitRows)
        units.push({ index: units.length, startRow: at, endRow: Math.min(rows.length, at + unitRows) });
      const bytes = rows.length * 100;
      const open: OpenWindow = {
        windowId: request.windowId,
        snapshot: this.now(),
        totalRows: rows.length,
        units,
        bytesScanned: bytes,
        bytesBilled: bytes,
        resumed: false,
      };
      const result: OpenResult = { rows, open, sql, sessions: new Map() };
      this.#results.set(request.windowId, result);
      return this.#options.streams === undefined ? open : this.#session(result, request);
    });
  }

  /** A new session over a result: other rows in each stream than any session before. */
  #session(result: OpenResult, { windowId }: WindowRequest): OpenWindow {
    const number = result.sessions.size;
    const handle = `${windowId}/${number}`;
    const count = this.#options.streams ?? 1;
    const streams = Array.from({ length: count }, (): number[] => []);
    for (const at of result.rows.keys()) streams[(at * 7 + number) % count]?.push(at);
    result.sessions.set(handle, streams);
    return streamed(result.open, handle, streams);
  }

  async *read(
    table: TableSpec,
    _description: TableDescription,
    window: OpenWindow,
    unit: Unit,
    fromRow: number,
    signal: AbortSignal,
  ): AsyncGenerator<Page> {
    const pageRows = this.#options.pageRows ?? 1000;
    for (let at = fromRow; ; at += pageRows) {
      const page = await this.#call('read', table, signal, () => {
        const result = this.#results.get(window.windowId);
        const all = window.handle === undefined ? result && [...result.rows.keys()] : result?.sessions.get(window.handle)?.[unit.index];
        if (result === undefined || all === undefined)
          throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${window.windowId} has expired`);
        const positions = all.slice(at, Math.min(unit.endRow ?? all.length, at + pageRows));
        const rows = positions.map((position) => result.rows[position]);
        return {
          firstRow: at,
          rows,
          rejected: new Map(),
          ordinals: table.duplicates === 'keep' ? ordinalsOf(result.rows, positions) : undefined,
          bytes: rows.length * 100,
        };
      });
      if (page.rows.length === 0) return;
      yield page;
    }
  }

  async #call<T>(call: 'describe' | 'outline' | 'open' | 'read', table: TableSpec, signal: AbortSignal, work: () => T): Promise<T> {
    await Promise.resolve();
    signal.throwIfAborted();
    this.#options.before?.(call, table.id);
    return work();
  }

  #named(name: string): MemoryTable {
    const table = this.tables.get(name);
    if (table === undefined)
      throw new BqsyncError('BQS_SOURCE_NOT_FOUND', `there is no table "${name}"`, { hint: 'create it, or correct the configuration' });
    return table;
  }

  #touch(table: MemoryTable): void {
    table.version += 1;
    table.modifiedAt = this.now();
  }
}

function streamed(open: OpenWindow, handle: string, streams: readonly unknown[]): OpenWindow {
  const units = streams.map((_, index) => ({ index, startRow: 0, endRow: undefined }));
  // A source knows its rows only roughly.
  return { ...open, handle, estimated: true, totalRows: Math.ceil(open.totalRows * 0.9), units };
}

function inRange(cursor: Row[string] | undefined, range: CursorRange, type: CursorType): boolean {
  if (typeof cursor !== 'string') return range.nulls !== 'exclude';
  if (range.nulls === 'only') return false;
  if (range.from !== undefined && cursor < cursorText(range.from, type)) return false;
  return range.to === undefined || cursor < cursorText(range.to, type);
}

function rangeText(range: CursorRange): unknown {
  return [
    range.from === undefined ? null : formatInstant(range.from),
    range.to === undefined ? null : formatInstant(range.to),
    range.nulls,
  ];
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

/** For each position: how many equal rows stand there or before. */
function ordinalsOf(rows: readonly Row[], positions: readonly number[]): number[] {
  const seen = new Map<string, number>();
  const all = rows.map((row) => {
    const text = JSON.stringify(row);
    const ordinal = (seen.get(text) ?? 0) + 1;
    seen.set(text, ordinal);
    return ordinal;
  });
  return positions.map((position) => all[position] ?? 0);
}
