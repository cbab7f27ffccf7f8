import type { Checkpoint, TableProgress, UnitProgress, WindowIntent } from '@bqsync/core';
import { MemoryTarget, type QuarantinedRow, type StoredRow } from '@bqsync/core/memory';

/** What a process leaves behind. Progress is text, which can be damaged as a record on a disk can. */
export interface StoreImage {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, StoredRow>>;
  readonly progress: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, UnitProgress>;
  readonly intents: ReadonlyMap<string, WindowIntent>;
  readonly checkpoints: ReadonlyMap<string, Checkpoint>;
  readonly quarantine: ReadonlyMap<string, readonly QuarantinedRow[]>;
}

/** A {@link MemoryTarget} that the next process can start from. */
export class DurableTarget extends MemoryTarget {
  /** What is durable now. */
  image(): StoreImage {
    return {
      tables: new Map(Array.from(this.tables, ([name, rows]) => [name, new Map(rows)])),
      progress: new Map(Array.from(this.progress, ([id, progress]) => [id, JSON.stringify(progress)])),
      units: new Map(this.units),
      intents: new Map(this.intents),
      checkpoints: new Map(this.checkpoints),
      quarantine: new Map(this.quarantine),
    };
  }

  restore(image: StoreImage): void {
    for (const [name, rows] of image.tables) this.tables.set(name, new Map(rows));
    for (const [id, text] of image.progress) {
      const progress = this.parseProgress(text);
      if (progress !== undefined) this.progress.set(id, progress);
    }
    for (const [id, unit] of image.units) this.units.set(id, unit);
    for (const [id, intent] of image.intents) this.intents.set(id, intent);
    for (const [id, checkpoint] of image.checkpoints) this.checkpoints.set(id, checkpoint);
    for (const [id, rejected] of image.quarantine) this.quarantine.set(id, [...rejected]);
  }

  /** Undefined for a damaged record: its windows are read again. */
  protected parseProgress(text: string): TableProgress | undefined {
    try {
      return JSON.parse(text) as TableProgress;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
