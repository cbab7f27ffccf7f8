import type { Batch, CommitOutcome, RepairSettlement } from '@bqsync/core';
import { DurableTarget } from '../memory/durable-target.ts';

type Given = Parameters<DurableTarget['finishRepair']>;

export class TakesTheNewestSnapshot extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const snapshot = repaired.map((part) => part.snapshot).reduce((a, b) => (a > b ? a : b));
    return super.finishRepair(
      table,
      repaired.map((part) => ({ ...part, snapshot })),
      maxDeletes,
      signal,
    );
  }
}

export class DeletesQuarantinedRows extends DurableTarget {
  override async finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const kept = this.quarantine.get(table.id) ?? [];
    this.quarantine.delete(table.id);
    const settled = await super.finishRepair(table, repaired, maxDeletes, signal);
    this.quarantine.set(table.id, kept);
    return settled;
  }
}

export class DeletesAsManyAsAllowed extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    return super.finishRepair(table, repaired, maxDeletes === undefined ? undefined : Number.POSITIVE_INFINITY, signal);
  }
}

export class DeletesUnasked extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    return super.finishRepair(table, repaired, maxDeletes ?? Number.POSITIVE_INFINITY, signal);
  }
}

export class DeletesRowsOnTheEnd extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const widened = repaired.map(({ range, snapshot }) => ({
      range: range.to === undefined ? range : { ...range, to: (range.to + 1n) as typeof range.to },
      snapshot,
    }));
    return super.finishRepair(table, widened, maxDeletes, signal);
  }
}

export class TakesNullsForAnyRange extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const all = repaired.map(({ range, snapshot }) => ({ range: { ...range, nulls: 'include' as const }, snapshot }));
    return super.finishRepair(table, all, maxDeletes, signal);
  }
}

export class SettlesWhatWasRejectedAgain extends DurableTarget {
  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const kept = this.quarantine.get(table.id) ?? [];
    this.quarantine.set(
      table.id,
      kept.map((row) => ({ ...row, snapshot: 0n as typeof row.snapshot })),
    );
    return super.finishRepair(table, repaired, maxDeletes, signal);
  }
}

export class SettlesNothing extends DurableTarget {
  override async finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    const kept = this.quarantine.get(table.id) ?? [];
    const settled = await super.finishRepair(table, repaired, maxDeletes, signal);
    this.quarantine.set(table.id, kept);
    return { ...settled, resolved: 0 };
  }
}

export class IgnoresKeepFrom extends DurableTarget {
  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, keepFrom: undefined }, signal);
  }
}

export class FencesTheEnd extends DurableTarget {
  #bootId: string | undefined;

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    this.#bootId = batch.fence.bootId;
    return super.commit(batch, signal);
  }

  override finishRepair(...[table, repaired, maxDeletes, signal]: Given): Promise<RepairSettlement> {
    if (this.intents.get(table.id)?.bootId !== this.#bootId) return Promise.resolve({ deleted: 0, resolved: 0 });
    return super.finishRepair(table, repaired, maxDeletes, signal);
  }
}
