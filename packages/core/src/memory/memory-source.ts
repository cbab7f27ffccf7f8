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
  /** Called before each call of the port; may throw to make it fail. */
  readonly before?: (call: 'describe' | 'outline' | 'open' | 'read', tableId: string) => void;
}

interface OpenResult {
  readonly rows: readonly Row[];
  readonly open: OpenWindow;
  readonly sql: string;
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

  describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    return this.#call('describe', table, signal, () => {
      const stored = this.#named(table.source.table);
      const cursor = stored.columns.find((column) => column.name === table.cursorColumn);
      if (cursor === undefined)
        throw new BqsyncError('BQS_SOURCE_COLUMN_MISSING', `table "${table.id}" has no column "${table.cursorColumn}"`);
      const selected = table.columns;
      const missing = selected === 'all' ? undefined : selected.find((name) => !stored.columns.some((column) => column.name === name));
      if (missing !== undefined) throw new BqsyncError('BQS_SOURCE_COLUMN_MISSING', `table "${table.id}" has no column "${missing}"`);
      return {
        columns: selected === 'all' ? stored.columns : stored.columns.filter((column) => selected.includes(column.name)),
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
        return { ...known.open, resumed: true };
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
      this.#results.set(request.windowId, { rows, open, sql });
      return open;
    });
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
    for (let at = fromRow; at < unit.endRow; at += pageRows) {
      yield await this.#call('read', table, signal, () => {
        const result = this.#results.get(window.windowId);
        if (result === undefined) throw new BqsyncError('BQS_SOURCE_WINDOW_EXPIRED', `window ${window.windowId} has expired`);
        const rows = result.rows.slice(at, Math.min(unit.endRow, at + pageRows));
        return {
          firstRow: at,
          rows,
          rejected: new Map(),
          ordinals: table.duplicates === 'keep' ? ordinalsOf(result.rows, at, rows.length) : undefined,
          bytes: rows.length * 100,
        };
      });
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

/** How many equal rows stand before each, from 1. */
function ordinalsOf(rows: readonly Row[], from: number, count: number): number[] {
  const seen = new Map<string, number>();
  const ordinals: number[] = [];
  for (let i = 0; i < from + count; i++) {
    const text = JSON.stringify(rows[i]);
    const ordinal = (seen.get(text) ?? 0) + 1;
    seen.set(text, ordinal);
    if (i >= from) ordinals.push(ordinal);
  }
  return ordinals;
}
