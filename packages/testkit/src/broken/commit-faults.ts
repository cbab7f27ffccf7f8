import type { Batch, CommitOutcome, PreparedTarget, TableDescription, TableSpec, TargetKey, UnitProgress } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { DurableTarget, type StoreImage } from '../memory/durable-target.ts';
import { recording } from './broken-adapter.ts';

export class AcknowledgesBeforeDurable extends DurableTarget {
  #durable: StoreImage | undefined;

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    this.#durable = super.image();
    return super.commit(batch, signal);
  }

  override image(): StoreImage {
    return this.#durable === undefined ? super.image() : { ...this.#durable, intents: new Map(this.intents) };
  }
}

export class CommitsCheckpointFirst extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const early = recording(batch, ({ checkpoint, ...records }) => {
      if (checkpoint !== undefined) this.checkpoints.set(checkpoint.id, checkpoint);
      return records;
    });
    return super.commit(early, signal);
  }
}

export class CommitsProgressFirst extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const early = recording(batch, ({ progress, ...records }) => {
      if (progress !== undefined) this.progress.set(batch.table.id, progress);
      return records;
    });
    return super.commit(early, signal);
  }
}

export class ClearsUnitsFirst extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const early = recording(batch, ({ clearUnits = 0, ...records }) => {
      for (let index = 0; index < clearUnits; index++) this.units.delete(`${batch.table.id}/${index}`);
      return records;
    });
    return super.commit(early, signal);
  }
}

export class StoresTheUnitOfAFailedCommit extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    let unit: UnitProgress | undefined;
    const watched = recording(batch, (records) => {
      unit = records.unit;
      return records;
    });
    try {
      return await super.commit(watched, signal);
    } catch (error) {
      if (error instanceof BqsyncError && error.code === 'BQS_TARGET_COMMIT_FAILED' && unit !== undefined)
        this.units.set(`${unit.tableId}/${unit.index}`, unit);
      throw error;
    }
  }
}

export class StoresOtherRowsOfAFailedCommit extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    try {
      return await super.commit(batch, signal);
    } catch (error) {
      const failed = error instanceof BqsyncError && error.code === 'BQS_TARGET_COMMIT_FAILED';
      const [first] = batch.rows;
      if (failed && first !== undefined)
        this.tables.get(batch.table.target.table)?.set(first.key, { row: { id: first.key }, cursor: null, snapshot: batch.snapshot });
      throw error;
    }
  }
}

export class SwallowsAFailedCommit extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    try {
      return await super.commit(batch, signal);
    } catch (error) {
      if (!(error instanceof BqsyncError) || error.code !== 'BQS_TARGET_COMMIT_FAILED') throw error;
      const counts = { inserted: batch.rows.length, updated: 0, unchanged: 0, superseded: 0, contested: 0 };
      return { ...counts, late: 0, lateOldest: null, rejected: batch.rejected };
    }
  }
}

export class DropsAFailedBatchWhenRetried extends DurableTarget {
  readonly #sent = new Set<string>();

  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const id = `${batch.fence.windowId}/${batch.sequence}`;
    const again = this.#sent.has(id);
    this.#sent.add(id);
    const outcome = await super.commit(again ? { ...batch, rows: [] } : batch, signal);
    return again ? { ...outcome, inserted: batch.rows.length } : outcome;
  }
}

/** Lets every commit through that `trusts` the given part of the stored fence. */
abstract class TrustsTheCaller extends DurableTarget {
  protected abstract trusts(): { readonly window: boolean; readonly boot: boolean };

  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const { id } = batch.table;
    const stored = this.intents.get(id);
    if (stored === undefined) return super.commit(batch, signal);
    const { window, boot } = this.trusts();
    const { windowId, bootId } = batch.fence;
    const request = { ...stored.request, windowId: window ? windowId : stored.request.windowId };
    this.intents.set(id, { ...stored, request, bootId: boot ? bootId : stored.bootId });
    try {
      return await super.commit(batch, signal);
    } finally {
      this.intents.set(id, stored);
    }
  }
}

export class IgnoresTheWindowOfTheFence extends TrustsTheCaller {
  protected override trusts() {
    return { window: true, boot: false };
  }
}

export class IgnoresTheBootOfTheFence extends TrustsTheCaller {
  protected override trusts() {
    return { window: false, boot: true };
  }
}

export class IgnoresWhatWasTouched extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, fence: { ...batch.fence, touched: undefined } }, signal);
  }
}

export class OverwritesUnits extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, fence: { ...batch.fence, unit: undefined } }, signal);
  }
}

export class DropsQuarantine extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const outcome = await super.commit({ ...batch, rejected: [] }, signal);
    return { ...outcome, rejected: batch.rejected };
  }
}

export class KeepsLastQuarantineOnly extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    if (batch.rejected.length > 0) this.quarantine.delete(batch.table.id);
    return super.commit(batch, signal);
  }
}

export class CountsRowsOnTheBoundAsLate extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    // One more character is the next greater text.
    return super.commit({ ...batch, lateBelow: batch.lateBelow === null ? null : `${batch.lateBelow}0` }, signal);
  }
}

export class CountsUnchangedRowsAsLate extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const outcome = await super.commit(batch, signal);
    const { lateBelow } = batch;
    if (lateBelow === null) return outcome;
    return { ...outcome, late: batch.rows.filter(({ cursor }) => cursor !== null && cursor < lateBelow).length };
  }
}

export class CountsNoRejectedRows extends DurableTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return { ...(await super.commit(batch, signal)), rejected: [] };
  }
}

export class MakesTheTargetAnew extends DurableTarget {
  override prepare(table: TableSpec, description: TableDescription, key: TargetKey, signal: AbortSignal): Promise<PreparedTarget> {
    this.tables.delete(table.target.table);
    return super.prepare(table, description, key, signal);
  }
}

export class SaysTheTargetExisted extends DurableTarget {
  override async prepare(...given: Parameters<DurableTarget['prepare']>): Promise<PreparedTarget> {
    return { ...(await super.prepare(...given)), created: false };
  }
}

export class MakesTargetsUnasked extends DurableTarget {
  override prepare(table: TableSpec, description: TableDescription, key: TargetKey, signal: AbortSignal): Promise<PreparedTarget> {
    return super.prepare({ ...table, createTarget: true }, description, key, signal);
  }
}

export class RecordsAnotherOutcome extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, record: (outcome) => batch.record({ ...outcome, late: 0, lateOldest: null }) }, signal);
  }
}

export class CountsAllAsLateWithoutABound extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, lateBelow: batch.lateBelow ?? '9' }, signal);
  }
}

export class CommitsRowsWithoutTheirRecords extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const record: Batch['record'] = (outcome) => {
      try {
        return batch.record(outcome);
      } catch {
        return {};
      }
    };
    return super.commit({ ...batch, record }, signal);
  }
}

export class LeavesOutCommitsWithoutRows extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const empty = batch.rows.length === 0 && batch.rejected.length === 0;
    return super.commit(empty ? { ...batch, record: () => ({}) } : batch, signal);
  }
}

export class TakesCommitsWithoutAWindow extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const { id } = batch.table;
    const [any] = this.intents.values();
    if (!this.intents.has(id) && any !== undefined) this.intents.set(id, { ...any, tableId: id });
    return super.commit(batch, signal);
  }
}
