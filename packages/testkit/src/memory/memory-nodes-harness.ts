import type { MemoryTargetOptions } from '@bqsync/core/memory';
import type { NodesHarness } from '../contract/target-harness.ts';
import { memoryTargetHarness } from './memory-target-harness.ts';
import { NodesStore, NodesTarget } from './nodes-target.ts';

type TargetClass = new (options: MemoryTargetOptions, store: NodesStore, node: string) => NodesTarget;

/** One node of several over a store in memory, as a contract wants it: {@link NodesTarget}, or a class derived from it. */
export function memoryNodesHarness(Target: TargetClass = NodesTarget, store = new NodesStore(), node = 'a'): NodesHarness {
  class Node extends Target {
    constructor(options: MemoryTargetOptions) {
      super(options, store, node);
    }
  }
  const harness = memoryTargetHarness(Node);
  return {
    ...harness,
    node,
    peer: (name) => memoryNodesHarness(Target, store, name),
    arrive: (table, snapshot, row) => {
      const [key, cursor] = [row['id'], row['ts']].map((value) => (typeof value === 'string' ? value : null));
      store.arrive(table, snapshot, { key: key ?? '', cursor: cursor ?? null, row });
      return Promise.resolve();
    },
    damageProgress: (tableId) => {
      store.damaged.add(`${tableId}@${node}`);
    },
    restart: async () => ({ ...memoryNodesHarness(Target, store, node), ...(await harness.restart()) }),
  };
}
