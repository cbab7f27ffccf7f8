import { BqsyncError } from '@bqsync/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySource } from '../src/memory/memory-source.ts';
import { MemoryTarget } from '../src/memory/memory-target.ts';
import type { TableSpecInput } from '../src/plan/table-spec.ts';
import type { Batch, CommitOutcome } from '../src/ports/sink.ts';
import type { WindowIntent } from '../src/ports/state.ts';
import { syncAll } from '../src/run/sync-all.ts';
import { SyncOrchestrator } from '../src/run/sync-orchestrator.ts';
import { TableSyncEngine } from '../src/run/table-sync-engine.ts';
import { at, COLUMNS, row } from './fixtures.ts';

const worker = { workerId: 'host-0', nodeId: 7, bootId: 'boot-1' };
const ports: TableSpecInput = { id: 'ports', cursorColumn: 'ts' };

let source: MemorySource;
let target: MemoryTarget;
beforeEach(() => {
  source = new MemorySource();
  source.create('ports', COLUMNS, { prunable: true });
  source.insert('ports', [row('a', at(1), 1), row('b', at(2), 2), row('c', null, 3)]);
  target = new MemoryTarget();
});

/** What it stores it keeps as JSON text, as a file or a database would. */
class JsonState extends MemoryTarget {
  readonly ranges: WindowIntent['request']['range'][] = [];

  override saveIntent(intent: WindowIntent): Promise<void> {
    this.ranges.push(intent.request.range);
    return super.saveIntent(plain(intent));
  }

  override commit(batch: Batch, signal: AbortSignal): Promise<CommitOutcome> {
    return super.commit({ ...batch, record: (outcome) => plain(batch.record(outcome)) }, signal);
  }
}

/** Fails for a BigInt, and where something comes back as something else. */
function plain<T>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  expect(copy).toEqual(value);
  return copy;
}

describe('an adapter of one’s own', () => {
  it('may keep state as JSON: nothing in it is a BigInt, in no stage and no repair', async () => {
    const state = new JsonState();
    const options = { source, sink: state, state, worker };
    const engine = new TableSyncEngine({ ...options, table: { ...ports, sync: { latenessSeconds: 1 } } });
    await engine.runUntilCaughtUp();
    source.insert('ports', [row('d', at(9), 4), row('e', at(3), 5)]);
    await engine.runUntilCaughtUp();
    await engine.resync();
    await engine.runUntilCaughtUp();
    expect(state.ranges).toContainEqual({ from: expect.any(String), to: null, nulls: 'exclude' });
    expect(state.rowsOf('ports')).toHaveLength(5);
  });

  it('needs no more of a spec than an id and a cursor', async () => {
    expect(await syncAll({ tables: [ports], source, sink: target, state: target })).toMatchObject({
      ports: { status: 'success', rows: 3 },
    });
    expect(target.rowsOf('ports')).toHaveLength(3);
  });

  it.each([
    ['syncAll', (table: TableSpecInput) => syncAll({ tables: [table], source, sink: target, state: target })],
    ['SyncOrchestrator', (table: TableSpecInput) => new SyncOrchestrator({ tables: [table], source, sink: target, state: target, worker })],
    ['TableSyncEngine', (table: TableSpecInput) => new TableSyncEngine({ table, source, sink: target, state: target, worker })],
  ])('is told by %s what is wrong with a spec, as a BqsyncError', async (_, run: (table: TableSpecInput) => unknown) => {
    const malformed = { ...ports, cursorColum: 'ts', sync: { steadyBatchSize: '5' } } as unknown as TableSpecInput;
    const error: unknown = await Promise.resolve(malformed)
      .then(run)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BqsyncError);
    expect(error).toMatchObject({
      code: 'BQS_CONFIG_INVALID',
      message: expect.stringMatching(/"ports".*cursorColum is unknown.*sync\.steadyBatchSize/),
    });
  });
});
