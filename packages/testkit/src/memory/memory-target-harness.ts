import type { MemoryTargetOptions } from '@bqsync/core/memory';
import { BqsyncError } from '@bqsync/errors';
import type { TargetHarness } from '../contract/target-harness.ts';
import { DurableTarget, type StoreImage } from './durable-target.ts';

/** The target of `@bqsync/core/memory`, or a class derived from it, as a contract wants it. The example to follow for a target of your own. */
export function memoryTargetHarness(
  Target: new (options: MemoryTargetOptions) => DurableTarget = DurableTarget,
  image?: StoreImage,
): TargetHarness {
  let failing = false;
  const damaged = new Set<string>();
  const target = new Target({
    at: (point, batch) => {
      if (point !== 'mid-commit' || !failing) return;
      failing = false;
      throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', `a commit to table "${batch.table.id}" failed`, { hint: 'try again' });
    },
  });
  if (image !== undefined) target.restore(image);
  return {
    sink: target,
    state: target,
    rowsOf: (table) => Promise.resolve(new Map(Array.from(target.tables.get(table.target.table) ?? [], ([key, { row }]) => [key, row]))),
    quarantineOf: (table) => Promise.resolve(target.quarantine.get(table.id) ?? []),
    checkpointsOf: (table) => Promise.resolve([...target.checkpoints.values()].filter(({ tableId }) => tableId === table.id)),
    restart: () => {
      const left = target.image();
      const progress = new Map(Array.from(left.progress, ([id, text]) => [id, damaged.has(id) ? text.slice(0, text.length / 2) : text]));
      return Promise.resolve(memoryTargetHarness(Target, { ...left, progress }));
    },
    failNextCommit: () => {
      failing = true;
    },
    damageProgress: (tableId) => {
      damaged.add(tableId);
    },
  };
}
