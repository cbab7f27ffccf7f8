import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Column, CursorRange, OpenWindow, Page, Row, TableDescription, TableSpec, Unit } from '@bqsync/core';
import { COLUMNS, tableSpec, textsOf } from './sample-table.ts';
import type { SourceHarness, SourceTableOptions } from './source-harness.ts';

export const EVERYTHING: CursorRange = { from: undefined, to: undefined, nulls: 'include' };
const SIGNAL = new AbortController().signal;

interface SessionOptions extends Partial<SourceTableOptions> {
  readonly columns?: readonly Column[];
  readonly spec?: Partial<TableSpec>;
}

/** One table of a source under test, read as the engine would. */
export class SourceSession {
  harness: SourceHarness;
  readonly table: TableSpec;
  readonly columns: readonly Column[];

  private constructor(harness: SourceHarness, table: TableSpec, columns: readonly Column[]) {
    this.harness = harness;
    this.table = table;
    this.columns = columns;
  }

  /** A new table with rows. */
  static async begin(harness: SourceHarness, rows: readonly Row[], options: SessionOptions = {}): Promise<SourceSession> {
    const { columns = COLUMNS, spec = {}, prunable = false, declaredKey } = options;
    const session = new SourceSession(harness, { ...tableSpec(harness.place), ...spec }, columns);
    await harness.create(session.table, columns, { declaredKey, prunable });
    if (rows.length > 0) await harness.insert(session.table, rows);
    return session;
  }

  insert(rows: readonly Row[]): Promise<void> {
    return this.harness.insert(this.table, rows);
  }

  describe(signal: AbortSignal = SIGNAL): Promise<TableDescription> {
    return this.harness.source.describe(this.table, signal);
  }

  /** Opens a window and fails unless its units lie end to end over its rows, as far as their ends are known. */
  async open(range = EVERYTHING, windowId = newWindowId(), signal: AbortSignal = SIGNAL, handle?: string): Promise<OpenWindow> {
    const request = { windowId, kind: 'tail', range, handle } as const;
    const open = await this.harness.source.open(this.table, await this.describe(), request, signal);
    assert.equal(open.windowId, windowId, 'the id of the window');
    const endless = open.units.some(({ endRow }) => endRow === undefined);
    let end = 0;
    for (const [i, unit] of open.units.entries()) {
      assert.equal(unit.index, i, 'the index of a unit');
      assert.equal(unit.startRow, endless ? 0 : end, `unit ${i} begins where the one before ends`);
      end = unit.endRow ?? end;
      assert.ok(end >= unit.startRow, `unit ${i} ends before it begins`);
    }
    if (!endless) assert.equal(end, open.totalRows, 'the units end at the last row');
    if (endless && open.units.length > 1) assert.ok(open.handle !== undefined, 'streams are found again by a handle');
    return open;
  }

  /** The pages of a unit, which must lie end to end from `fromRow` to the unit's end. */
  async *pages(open: OpenWindow, unit: Unit, fromRow = unit.startRow, signal: AbortSignal = SIGNAL): AsyncGenerator<Page> {
    let next = fromRow;
    for await (const page of this.harness.source.read(this.table, await this.describe(), open, unit, fromRow, signal)) {
      assert.equal(page.firstRow, next, 'a page begins where the one before ends');
      next += page.rows.length;
      assert.ok(
        unit.endRow === undefined || next <= unit.endRow,
        `rows up to ${next} were read of a unit that ends at ${unit.endRow ?? ''}`,
      );
      for (const [i, row] of page.rows.entries())
        assert.equal(page.rejected.has(i), row === undefined, `row ${i} is either read or rejected`);
      if (page.ordinals !== undefined) assert.equal(page.ordinals.length, page.rows.length, 'one ordinal a row');
      yield page;
    }
    if (unit.endRow !== undefined) assert.equal(next, unit.endRow, `unit ${unit.index} ended early, without an error`);
  }

  async read(open: OpenWindow, unit: Unit, fromRow = unit.startRow): Promise<string[]> {
    const rows: Row[] = [];
    for await (const page of this.pages(open, unit, fromRow)) rows.push(...page.rows.filter((row) => row !== undefined));
    return textsOf(this.columns, rows);
  }

  /** The rows of a whole window in its order, as canonical text. */
  async readAll(open: OpenWindow): Promise<string[]> {
    const texts: string[] = [];
    for (const unit of open.units) texts.push(...(await this.read(open, unit)));
    return texts;
  }

  /** Fails unless a window holds exactly these rows, in any order. */
  async holds(open: OpenWindow, rows: readonly Row[], message: string): Promise<void> {
    assert.deepEqual((await this.readAll(open)).sort(), textsOf(this.columns, rows).sort(), message);
    if (open.estimated !== true) assert.equal(open.totalRows, rows.length, `${message}: totalRows`);
  }

  async restart(): Promise<void> {
    this.harness = await this.harness.restart();
  }
}

export function newWindowId(): string {
  return `kit-${randomUUID()}`;
}
