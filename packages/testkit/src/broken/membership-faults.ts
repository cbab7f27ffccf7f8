import type { NodeViews } from '@bqsync/core';
import { MemoryMembership, type NodeBeat } from '../memory/memory-membership.ts';

export class LeavesItselfOut extends MemoryMembership {
  override live(): readonly string[] {
    return super.live().filter((node) => node !== this.self);
  }
}

export class NeedsToHearOfItself extends MemoryMembership {
  override live(): readonly string[] {
    const heard = this.beats.get(this.self);
    return super.live().filter((node) => node !== this.self || heard === undefined || this.isFresh(heard.changedAtMs));
  }
}

export class NamesNodesAsHeard extends MemoryMembership {
  override live(): readonly string[] {
    const sorted = super.live();
    return [...this.beats.keys(), this.self].filter((node) => sorted.includes(node));
  }
}

export class TakesEachLookForALife extends MemoryMembership {
  override hear(said: NodeBeat): void {
    this.beats.delete(said.node);
    super.hear(said);
  }
}

/** By the first heartbeat instead of the last. */
export class GivesNodesUpTooEarly extends MemoryMembership {
  override hear(said: NodeBeat): void {
    const known = this.beats.get(said.node);
    super.hear(said);
    if (known !== undefined && this.isFresh(known.changedAtMs)) this.beats.set(said.node, { said, changedAtMs: known.changedAtMs });
  }
}

export class NeverTakesANodeBack extends MemoryMembership {
  readonly #dead = new Set<string>();

  override live(): readonly string[] {
    return super.live().filter((node) => !this.#dead.has(node));
  }

  override hear(said: NodeBeat): void {
    const known = this.beats.get(said.node);
    if (known !== undefined && said.node !== this.self && !this.isFresh(known.changedAtMs)) this.#dead.add(said.node);
    super.hear(said);
  }
}

export class KeepsWhatANodeSaidFirst extends MemoryMembership {
  readonly #first = new Map<string, NodeViews>();

  override viewsOf(tableId: string): ReadonlyMap<string, NodeViews> {
    for (const [node, views] of super.viewsOf(tableId))
      if (!this.#first.has(`${node} ${tableId}`)) this.#first.set(`${node} ${tableId}`, views);
    return new Map(Array.from(super.viewsOf(tableId), ([node, views]) => [node, this.#first.get(`${node} ${tableId}`) ?? views]));
  }

  override hear(said: NodeBeat): void {
    super.hear(said);
    for (const tableId of said.views.keys()) this.viewsOf(tableId);
  }
}

export class NeverForgetsWhatANodeHad extends MemoryMembership {
  override hear(said: NodeBeat): void {
    const known = this.beats.get(said.node)?.said.views ?? [];
    super.hear({ ...said, views: new Map([...known, ...said.views]) });
  }
}

export class TellsItsOwnViews extends MemoryMembership {
  override viewsOf(tableId: string): ReadonlyMap<string, NodeViews> {
    const own = this.beats.get(this.self)?.said.views.get(tableId);
    return own === undefined ? super.viewsOf(tableId) : new Map([...super.viewsOf(tableId), [this.self, own]]);
  }
}

export class ThrowsForUnknownTables extends MemoryMembership {
  override viewsOf(tableId: string): ReadonlyMap<string, NodeViews> {
    const views = super.viewsOf(tableId);
    if (views.size === 0 && this.beats.size > 0) throw new RangeError(`nobody has table "${tableId}"`);
    return views;
  }
}
