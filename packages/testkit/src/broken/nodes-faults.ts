import type { Batch, CommitOutcome, TableProgress, UnitProgress, WindowIntent } from '@bqsync/core';
import { NodesTarget } from '../memory/nodes-target.ts';

export class ShowsItsOwnRecord extends NodesTarget {
  protected override others(): [string, NodesTarget][] {
    return [...this.store.nodes];
  }
}

export class LosesWhatOthersAccountFor extends NodesTarget {
  override async loadElsewhere(tableId: string): Promise<ReadonlyMap<string, TableProgress>> {
    const found = await super.loadElsewhere(tableId);
    return new Map(Array.from(found, ([node, progress]) => [node, { ...progress, heard: {} }]));
  }
}

export class TakesDamagedRecordsOfOthers extends NodesTarget {
  override async loadElsewhere(tableId: string): Promise<ReadonlyMap<string, TableProgress>> {
    const found = new Map(await super.loadElsewhere(tableId));
    for (const [name, node] of this.others()) {
      const stored = node.progress.get(tableId);
      if (stored !== undefined && !found.has(name)) found.set(name, { ...stored, frontier: null });
    }
    return found;
  }
}

export class FindsTablesByTheirBeginning extends NodesTarget {
  override recordOf(tableId: string): TableProgress | undefined {
    const id = [...this.progress.keys()].find((each) => each.startsWith(tableId));
    return id === undefined ? undefined : super.recordOf(id);
  }
}

/** One record a table, whoever writes it. */
export class KeepsOneRecordForAllNodes extends NodesTarget {
  override async commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const outcome = await super.commit(batch, signal);
    const { id } = batch.table;
    const progress = this.progress.get(id);
    for (const [, node] of this.others()) if (progress !== undefined && node.progress.has(id)) node.progress.set(id, progress);
    return outcome;
  }
}

export class ClearsTheUnitsOfAllNodes extends NodesTarget {
  override async loadUnits(tableId: string, windowId: string, units: number): Promise<readonly UnitProgress[]> {
    const own = await super.loadUnits(tableId, windowId, units);
    return this.others().every(([, node]) => node.units.size > 0) ? own : [];
  }
}

export class SharesIntents extends NodesTarget {
  override saveIntent(intent: WindowIntent): Promise<void> {
    for (const node of this.store.nodes.values()) node.intents.set(intent.tableId, intent);
    return Promise.resolve();
  }
}

export class SeesNoUnitsArrive extends NodesTarget {
  override arrivals(tableId: string, nodes: readonly string[]): Promise<string> {
    return Promise.resolve(nodes.map((node) => JSON.stringify(this.store.nodes.get(node)?.progress.get(tableId) ?? null)).join());
  }
}

export class TellsOfAllNodes extends NodesTarget {
  override arrivals(tableId: string): Promise<string> {
    return super.arrivals(tableId, [...this.store.nodes.keys()]);
  }
}

/** So that its own quarantine record is not dropped, which drops newer rows of other nodes instead. */
export class LiftsRowsAboveQuarantine extends NodesTarget {
  protected override versionFor(batch: Batch): bigint {
    return batch.rejected.reduce((version, { key = '' }) => {
      const stored = this.store.versions.get(`quarantine ${batch.table.id} ${key}`) ?? 0n;
      return stored >= version ? stored + 1n : version;
    }, super.versionFor(batch));
  }
}

export class LiftsRowsAboveCheckpoint extends NodesTarget {
  #checkpoint = '';

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    const record: Batch['record'] = (outcome) => {
      const records = batch.record(outcome);
      this.#checkpoint = `checkpoint ${records.checkpoint?.id ?? ''}`;
      return records;
    };
    return super.commit({ ...batch, record }, signal);
  }

  protected override versionFor(batch: Batch): bigint {
    const [wanted, stored] = [super.versionFor(batch), this.store.versions.get(this.#checkpoint) ?? 0n];
    const version = stored >= wanted ? stored + 1n : wanted;
    this.store.versions.set(this.#checkpoint, version);
    return version;
  }
}
