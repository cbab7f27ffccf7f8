import { type Batch, beginGeneration, type CommitOutcome, type TableProgress, type UnitProgress, type WindowIntent } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { DurableTarget, type StoreImage } from '../memory/durable-target.ts';
import { recording } from './broken-adapter.ts';

export class MergesProgress extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const before = this.progress.get(batch.table.id);
    const merged = recording(batch, (records) => {
      if (records.progress === undefined || before === undefined) return records;
      const set = Object.fromEntries(Object.entries(records.progress).filter(([, value]) => value !== null));
      return { ...records, progress: { ...before, ...set } };
    });
    return super.commit(merged, signal);
  }
}

export class TakesDamagedProgressForProgress extends DurableTarget {
  protected override parseProgress(text: string): TableProgress | undefined {
    const stage = /"stage":"(backfill|tail)"/u.exec(text)?.[1];
    return super.parseProgress(text) ?? ({ stage, window: null, frontier: null } as unknown as TableProgress);
  }
}

export class LosesIntentsOnRestart extends DurableTarget {
  override image(): StoreImage {
    return { ...super.image(), intents: new Map() };
  }
}

export class CutsBoundsOfIntents extends DurableTarget {
  override saveIntent(intent: WindowIntent): Promise<void> {
    const { request } = intent;
    const from = request.range.from?.replace(/\d{3}Z$/u, '000Z') ?? null;
    return super.saveIntent({ ...intent, request: { ...request, range: { ...request.range, from } } });
  }
}

/** As a store would that knows that bounds are instants. */
export class GivesBoundsAsBigInts extends DurableTarget {
  override async loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    const intent = await super.loadIntent(tableId);
    if (intent === undefined) return undefined;
    const from = BigInt(Date.parse(intent.request.range.from ?? '')) as unknown as string;
    return { ...intent, request: { ...intent.request, range: { ...intent.request.range, from } } };
  }
}

export class KeepsTheFirstIntent extends DurableTarget {
  override saveIntent(intent: WindowIntent): Promise<void> {
    return this.intents.has(intent.tableId) ? Promise.resolve() : super.saveIntent(intent);
  }
}

export class TakesUnitsOfAnyWindow extends DurableTarget {
  override loadUnits(tableId: string, _windowId: string, units: number): Promise<readonly UnitProgress[]> {
    const found = Array.from({ length: units }, (_, index) => this.units.get(`${tableId}/${index}`));
    return Promise.resolve(found.filter((unit) => unit !== undefined));
  }
}

export class LoadsUnitsInOrderOfWriting extends DurableTarget {
  override async loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]> {
    const found = await super.loadUnits(tableId, windowId, units);
    return [...this.units.values()].filter((unit) => found.includes(unit));
  }
}

export class ClearsAllUnits extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit(
      recording(batch, (records) => (records.clearUnits === undefined ? records : { ...records, clearUnits: 99 })),
      signal,
    );
  }
}

export class PublishesNoCheckpoint extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit(
      recording(batch, (records) => ({ ...records, checkpoint: undefined })),
      signal,
    );
  }
}

export class GivesTheIntentOfAnotherTable extends DurableTarget {
  override async loadIntent(tableId: string): Promise<WindowIntent | undefined> {
    const [any] = this.intents.values();
    return (await super.loadIntent(tableId)) ?? any;
  }
}

export class BeginsProgressByItself extends DurableTarget {
  override async loadProgress(tableId: string): Promise<TableProgress | undefined> {
    return (await super.loadProgress(tableId)) ?? beginGeneration({ tableId, generation: '', epoch: 0 }, '', false);
  }
}

export class ForgetsProgressNotRecorded extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const forgetting = recording(batch, (records) => {
      if (records.progress === undefined) this.progress.delete(batch.table.id);
      return records;
    });
    return super.commit(forgetting, signal);
  }
}

export class MergesUnits extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const merged = recording(batch, (records) => {
      const { unit } = records;
      const before = unit && this.units.get(`${unit.tableId}/${unit.index}`);
      return unit === undefined || before === undefined
        ? records
        : { ...records, unit: { ...unit, maxCursor: unit.maxCursor ?? before.maxCursor } };
    });
    return super.commit(merged, signal);
  }
}

/** What the damaged record touched is still held against a commit that was begun from none. */
export class IsFencedByDamagedProgress extends DurableTarget {
  readonly #damaged = new Set<string>();

  protected override parseProgress(text: string): TableProgress | undefined {
    const progress = super.parseProgress(text);
    const tableId = /"tableId":"([^"]*)"/u.exec(text)?.[1];
    if (progress === undefined && tableId !== undefined) this.#damaged.add(tableId);
    return progress;
  }

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const { table, fence } = batch;
    if (fence.touched !== null || !this.#damaged.has(table.id)) return super.commit(batch, signal);
    return Promise.reject(new BqsyncError('BQS_FENCED', `another run has taken over table "${table.id}"`));
  }
}
