import type { Micros, OpenWindow, Page, Row, TableDescription, TableSpec, Unit, WindowRequest } from '@bqsync/core';
import { MemorySource } from '@bqsync/core/memory';

type ReadArguments = [
  table: TableSpec,
  description: TableDescription,
  window: OpenWindow,
  unit: Unit,
  fromRow: number,
  signal: AbortSignal,
];
/** The memory source knows the ends of its units, unless it deals rows to streams. */
const endOf = (unit: Unit): number => unit.endRow ?? Number.POSITIVE_INFINITY;

type OpenArguments = [table: TableSpec, description: TableDescription, request: WindowRequest, signal: AbortSignal];

export class LeavesOutTheLastRow extends MemorySource {
  override async open(...given: OpenArguments): Promise<OpenWindow> {
    const open = await super.open(...given);
    const totalRows = Math.max(0, open.totalRows - 1);
    const units = open.units.map((unit) => ({ ...unit, endRow: Math.min(endOf(unit), totalRows) }));
    return { ...open, totalRows, units };
  }
}

export class ReordersWhenReadAgain extends MemorySource {
  #reads = 0;

  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    this.#reads += 1;
    const again = this.#reads > given[2].units.length;
    for await (const page of super.read(...given)) yield again ? { ...page, rows: [...page.rows].reverse() } : page;
  }
}

export class SwapsPages extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    const pages: Page[] = [];
    for await (const page of super.read(...given)) pages.push(page);
    yield* pages.reverse();
  }
}

/** Gives each row through `change`. */
abstract class ChangesRows extends MemorySource {
  protected abstract change(row: Row): Row;

  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    for await (const page of super.read(...given)) yield { ...page, rows: page.rows.map((row) => row && this.change(row)) };
  }
}

export class TruncatesMicrosecondsRead extends ChangesRows {
  protected override change(row: Row): Row {
    const { ts } = row;
    return typeof ts === 'string' ? { ...row, ts: ts.replace(/(\.\d{3})\d{3}Z$/u, '$1000Z') } : row;
  }
}

export class RoundsIntegersRead extends ChangesRows {
  protected override change(row: Row): Row {
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]));
  }
}

export class ResumesOneRowTooFar extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    const [table, description, window, unit, fromRow, signal] = given;
    if (fromRow === unit.startRow) {
      yield* super.read(...given);
      return;
    }
    // Claims the position asked for, as one does who counts pages and not rows.
    const wrong = Math.min(fromRow + 1, endOf(unit));
    for await (const page of super.read(table, description, window, unit, wrong, signal)) yield { ...page, firstRow: page.firstRow - 1 };
  }
}

export class ResumesAtThePage extends MemorySource {
  override read(...[table, description, window, unit, fromRow, signal]: ReadArguments): AsyncGenerator<Page> {
    return super.read(table, description, window, unit, fromRow - ((fromRow - unit.startRow) % 4), signal);
  }
}

export class EndsEarly extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    const unit = given[3];
    for await (const page of super.read(...given)) if (page.firstRow + page.rows.length < endOf(unit) || page.firstRow < 8) yield page;
  }
}

export class GivesAPageTwice extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    let shift = 0;
    for await (const page of super.read(...given)) {
      yield { ...page, firstRow: page.firstRow + shift };
      if (shift > 0 || page.firstRow < 8) continue;
      shift = page.rows.length;
      yield { ...page, firstRow: page.firstRow + shift };
    }
  }
}

export class ReadsPastTheUnit extends MemorySource {
  override read(...[table, description, window, unit, fromRow, signal]: ReadArguments): AsyncGenerator<Page> {
    const past = { ...unit, endRow: Math.min(endOf(unit) + 1, window.totalRows) };
    return super.read(table, description, window, past, fromRow, signal);
  }
}

export class EndsQuietlyWhereAReadFails extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    const [, , , unit, fromRow] = given;
    let next = fromRow;
    try {
      for await (const page of super.read(...given)) {
        next = page.firstRow + page.rows.length;
        yield page;
      }
    } catch {
      const rows = endOf(unit) - next;
      const rejected = new Map(Array.from({ length: rows }, (_, i) => [i, { key: undefined, reason: 'decode', message: '', sample: '' }]));
      yield { firstRow: next, rows: Array.from({ length: rows }, () => undefined), rejected, ordinals: undefined, bytes: 0 };
    }
  }
}

export class ScansAgainForOneId extends MemorySource {
  override async open(...given: OpenArguments): Promise<OpenWindow> {
    const open = await super.open(...given);
    if (open.resumed) this.opened.push(given[2]);
    return open;
  }
}

export class BillsNothingWhenResumed extends MemorySource {
  override async open(...given: OpenArguments): Promise<OpenWindow> {
    const open = await super.open(...given);
    return open.resumed ? { ...open, bytesBilled: 0 } : open;
  }
}

/** Runs what was asked under one id as another window. */
abstract class Renames extends MemorySource {
  readonly #latest = new Map<string, string>();
  #made = 0;

  protected async reopen(...[table, description, request, signal]: OpenArguments): Promise<OpenWindow> {
    this.#made += 1;
    const windowId = `${request.windowId}-${this.#made}`;
    this.#latest.set(request.windowId, windowId);
    const open = await super.open(table, description, { ...request, windowId }, signal);
    return { ...open, windowId: request.windowId };
  }

  override read(...[table, description, window, unit, fromRow, signal]: ReadArguments): AsyncGenerator<Page> {
    const windowId = this.#latest.get(window.windowId) ?? window.windowId;
    return super.read(table, description, { ...window, windowId }, unit, fromRow, signal);
  }
}

export class GivesOtherRowsUnderOneId extends Renames {
  readonly #first = new Map<string, OpenWindow>();

  override async open(...given: OpenArguments): Promise<OpenWindow> {
    const open = await this.reopen(...given);
    const first = this.#first.get(open.windowId);
    this.#first.set(open.windowId, first ?? open);
    return { ...open, snapshot: (first ?? open).snapshot, resumed: first !== undefined };
  }
}

export class ReadsTheLiveTable extends Renames {
  readonly #asked = new Map<string, OpenArguments>();

  override open(...given: OpenArguments): Promise<OpenWindow> {
    this.#asked.set(given[2].windowId, given);
    return super.open(...given);
  }

  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    const asked = this.#asked.get(given[2].windowId);
    const unit = given[3];
    if (asked === undefined) return;
    const live = await this.reopen(...asked);
    const last = unit.endRow === given[2].totalRows;
    given[3] = last ? { ...unit, endRow: live.totalRows } : unit;
    yield* super.read(...given);
  }
}

export class SnapshotStandsStill extends MemorySource {
  override async open(...given: OpenArguments): Promise<OpenWindow> {
    return { ...(await super.open(...given)), snapshot: 1_800_000_000_000_000n as Micros };
  }
}

/** Opens with another range than asked for. */
abstract class ChangesRange extends MemorySource {
  protected abstract change(range: WindowRequest['range']): WindowRequest['range'];

  override open(...[table, description, request, signal]: OpenArguments): Promise<OpenWindow> {
    return super.open(table, description, { ...request, range: this.change(request.range) }, signal);
  }
}

export class LeavesOutTheLowerBound extends ChangesRange {
  protected override change(range: WindowRequest['range']): WindowRequest['range'] {
    return range.from === undefined ? range : { ...range, from: (range.from + 1n) as Micros };
  }
}

export class IncludesTheUpperBound extends ChangesRange {
  protected override change(range: WindowRequest['range']): WindowRequest['range'] {
    return range.to === undefined ? range : { ...range, to: (range.to + 1n) as Micros };
  }
}

export class StartsIn1970 extends ChangesRange {
  protected override change(range: WindowRequest['range']): WindowRequest['range'] {
    return range.nulls === 'only' ? range : { ...range, from: range.from ?? (0n as Micros) };
  }
}

export class NeverReadsNulls extends ChangesRange {
  protected override change(range: WindowRequest['range']): WindowRequest['range'] {
    return range.nulls === 'include' ? { ...range, nulls: 'exclude' } : range;
  }
}

export class NumbersIdenticalRowsByPage extends MemorySource {
  override async *read(...given: ReadArguments): AsyncGenerator<Page> {
    for await (const page of super.read(...given)) yield page.ordinals ? { ...page, ordinals: page.rows.map((_, i) => i + 1) } : page;
  }
}

export class OpensWhenAskedToStop extends MemorySource {
  override open(...[table, description, request]: OpenArguments): Promise<OpenWindow> {
    return super.open(table, description, request, new AbortController().signal);
  }
}

export class ScansAgainWhereAResultIsGone extends MemorySource {
  override open(...given: OpenArguments): Promise<OpenWindow> {
    return super.open(...given).catch(() => {
      this.opened.splice(0);
      return super.open(...given);
    });
  }
}
