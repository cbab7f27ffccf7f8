import type { OpenWindow, Outline, TableDescription, TableSpec } from '@bqsync/core';
import { MemorySource } from '@bqsync/core/memory';

export class ProbeNeverChanges extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const description = await super.describe(table, signal);
    return { ...description, probe: { ...description.probe, token: 'the same' } };
  }
}

export class NamesColumnsInTheOrderAsked extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const description = await super.describe(table, signal);
    if (table.columns === 'all') return description;
    const columns = table.columns.map((name) => description.columns.find((column) => column.name === name));
    return { ...description, columns: columns.filter((column) => column !== undefined) };
  }
}

export class PassesErrorsOfTheVendorOn extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    if (!this.tables.has(table.source.table)) throw new Error('404 Not Found');
    return super.describe(table, signal);
  }
}

export class GuessesTheCursorColumn extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const known = this.tables.get(table.source.table)?.columns.some(({ name }) => name === table.cursorColumn) ?? true;
    return super.describe(known ? table : { ...table, cursorColumn: 'ts' }, signal);
  }
}

export class ScansToDescribe extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    this.opened.push({ windowId: 'count', kind: 'verify', range: { from: undefined, to: undefined, nulls: 'include' } });
    return super.describe(table, signal);
  }
}

export class RecreatedKeepsItsCreationTime extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const description = await super.describe(table, signal);
    return { ...description, createdAt: 0n as TableDescription['createdAt'] };
  }
}

/** Gives the outline through `change`. */
abstract class ChangesOutline extends MemorySource {
  protected abstract change(outline: Outline): Outline;

  override async outline(table: TableSpec, description: TableDescription, signal: AbortSignal): Promise<Outline> {
    return this.change(await super.outline(table, description, signal));
  }
}

export class OutlineForgetsADay extends ChangesOutline {
  protected override change(outline: Outline): Outline {
    return { ...outline, parts: outline.parts.slice(0, -1) };
  }
}

export class OutlineIsOutOfOrder extends ChangesOutline {
  protected override change(outline: Outline): Outline {
    return { ...outline, parts: [...outline.parts].reverse() };
  }
}

export class OutlineDeniesNulls extends ChangesOutline {
  protected override change(outline: Outline): Outline {
    return { ...outline, nulls: false };
  }
}

export class InventsAUnitOfAnEmptyWindow extends MemorySource {
  override async open(...given: Parameters<MemorySource['open']>): Promise<OpenWindow> {
    const open = await super.open(...given);
    return open.totalRows === 0 ? { ...open, units: [{ index: 0, startRow: 0, endRow: 1 }] } : open;
  }
}

export class LeavesOutColumnsThatAreMissing extends MemorySource {
  override describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const { columns } = table;
    const has = (name: string): boolean => this.tables.get(table.source.table)?.columns.some((column) => column.name === name) ?? false;
    return super.describe({ ...table, columns: columns === 'all' ? columns : columns.filter(has) }, signal);
  }
}

export class LeavesOutTheKey extends MemorySource {
  override async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    const description = await super.describe(table, signal);
    const { columns: selected } = table;
    return selected === 'all'
      ? description
      : { ...description, columns: description.columns.filter(({ name }) => selected.includes(name)) };
  }
}
