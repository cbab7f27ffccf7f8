import { BqsyncError } from '@bqsync/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { micros, type OpenWindow, type Row, type TableSyncEngine } from '../src/index.ts';
import { MemorySource, MemoryTarget } from '../src/memory/index.ts';
import { at, COLUMNS, engineOf, instant, row, sorted, specOf, SYNC } from './fixtures.ts';

const CRASH_POINTS = ['before-commit', 'mid-commit', 'after-commit'] as const;
const SOURCE_CALLS = ['describe', 'outline', 'open', 'read'] as const;

type Action =
  | { kind: 'insert'; rows: { key: number; second: number | null; value: number }[] }
  | { kind: 'step'; times: number }
  | { kind: 'restart' }
  | { kind: 'expire' }
  | { kind: 'recreate' }
  | { kind: 'crash'; point: (typeof CRASH_POINTS)[number]; after: number }
  | {
      kind: 'fault';
      call: (typeof SOURCE_CALLS)[number];
      after: number;
      code: 'BQS_SOURCE_UNAVAILABLE' | 'BQS_SOURCE_JOB_FAILED' | 'BQS_SOURCE_WINDOW_EXPIRED';
    };

const someRows = fc.array(
  fc.record({ key: fc.nat(60), second: fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 8 }), value: fc.nat(3) }),
  { minLength: 1, maxLength: 60 },
);
const after = fc.nat(4);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('insert' as const), rows: someRows }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('step' as const), times: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'expire' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'recreate' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), point: fc.constantFrom(...CRASH_POINTS), after }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      call: fc.constantFrom(...SOURCE_CALLS),
      after,
      code: fc.constantFrom('BQS_SOURCE_UNAVAILABLE' as const, 'BQS_SOURCE_JOB_FAILED' as const, 'BQS_SOURCE_WINDOW_EXPIRED' as const),
    }),
  },
);

/** Results read by row, or by streams whose ends are not known before. */
const layouts = fc.constantFrom({}, { streams: 1 }, { streams: 3 });

/** What the target must hold of a source: by key, the row of the greatest (cursor, value); a NULL cursor is the smallest. */
function expected(rows: readonly Row[]): Row[] {
  const best = new Map<string, Row>();
  for (const r of rows) {
    const held = best.get(String(r['id']));
    if (held === undefined || rank(r) > rank(held)) best.set(String(r['id']), r);
  }
  return sorted([...best.values()]);
}

describe('after any sequence of crashes, restarts, faults and late rows', () => {
  it('the target equals the source, and no checkpoint was ever ahead of its rows (INV-1, INV-2, INV-3, INV-8)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 25 }), fc.boolean(), layouts, async (actions, prunable, streams) => {
        let now = instant(at(6000));
        let crash: { point: string; after: number } | undefined;
        let fault:
          | { call: string; after: number; code: 'BQS_SOURCE_UNAVAILABLE' | 'BQS_SOURCE_JOB_FAILED' | 'BQS_SOURCE_WINDOW_EXPIRED' }
          | undefined;
        const source = new MemorySource({
          now: () => (now = micros(now + 1000n)),
          pageRows: 9,
          unitRows: 25,
          ...streams,
          before: (call) => {
            if (fault?.call !== call || fault.after-- > 0) return;
            const { code } = fault;
            fault = undefined;
            throw new BqsyncError(code, 'injected');
          },
        });
        source.create('ports', COLUMNS, { prunable });
        const opened = recordOpened(source);
        const target = new MemoryTarget({
          at: (point) => {
            if (crash?.point !== point || crash.after-- > 0) return;
            crash = undefined;
            throw new BqsyncError('BQS_TARGET_COMMIT_FAILED', 'injected');
          },
        });
        // Rows arrive up to 5,000 s late and each sweep must reach them.
        const table = specOf({ sync: { ...SYNC, initialBatchSize: 13, steadyBatchSize: 7, catchupBatchSize: 7, latenessSeconds: 20_000 } });
        let boots = 0;
        const boot = () => engineOf(source, target, { table, worker: { workerId: 'host-0', nodeId: 7, bootId: `boot-${boots++}` } }).engine;
        let engine = boot();
        for (const act of actions) {
          if (act.kind === 'insert') {
            // As in a table whose updates raise the cursor: a NULL cursor only on a key's first version, since later NULLs are found by verify.
            const known = new Set(source.tables.get('ports')!.rows.map((r) => r['id']));
            const fresh = source.opened.length === 0;
            source.insert(
              'ports',
              act.rows.map(({ key, second, value }) => {
                const id = `k${key}`;
                return row(id, second === null && fresh && !known.has(id) ? null : at(second ?? 0), value);
              }),
            );
          } else if (act.kind === 'step') {
            for (let i = 0; i < act.times; i++) await engine.step().catch(rethrowUnlessInjected);
          } else if (act.kind === 'restart') engine = boot();
          else if (act.kind === 'expire') source.expireResults();
          else if (act.kind === 'recreate') {
            const kept = source.tables.get('ports')!.rows.slice(0, 5);
            source.tables.delete('ports');
            source.create('ports', COLUMNS, { prunable });
            source.insert('ports', kept);
          } else if (act.kind === 'crash') crash = { ...act };
          else fault = { ...act };
          expectHeld(source, target, opened);
        }
        crash = undefined;
        fault = undefined;
        const last = boot();
        await catchUpWithin(last, 2000);
        expect(sorted(target.rowsOf('Ports'))).toEqual(expected(source.tables.get('ports')!.rows));
      }),
      { numRuns: Number(process.env.BQSYNC_FUZZ_RUNS ?? 1000), seed: Number(process.env.BQSYNC_FUZZ_SEED ?? 1) },
    );
  }, 1_800_000);
});

/** What was opened, by window: kept as it goes through. */
function recordOpened(source: MemorySource): ReadonlyMap<string, OpenWindow> {
  const opened = new Map<string, OpenWindow>();
  const open = source.open.bind(source);
  source.open = async (...args) => {
    const window = await open(...args);
    opened.set(window.windowId, window);
    return window;
  };
  return opened;
}

/** Each row that the stored progress claims is in the target, or one of its key that stands above it. */
function expectHeld(source: MemorySource, target: MemoryTarget, opened: ReadonlyMap<string, OpenWindow>): void {
  const progress = target.progress.get('ports');
  const claims = [
    [progress?.window?.windowId, progress?.window?.rowsDone ?? 0],
    [progress?.completedWindowId, Number.POSITIVE_INFINITY],
  ] as const;
  for (const [windowId, rowsDone] of claims) {
    const window = opened.get(windowId ?? '');
    for (const claimed of window === undefined ? [] : source.resultOf(window.windowId).slice(0, rowsDone)) {
      const held = target.tables.get('Ports')?.get(String(claimed['id']));
      const stands = held !== undefined && (held.snapshot >= window!.snapshot || rank(held.row) >= rank(claimed));
      if (!stands) throw new Error(`${JSON.stringify(claimed)} is claimed, and ${JSON.stringify(held?.row)} is stored`);
    }
  }
}

const rank = (r: Row) => `${typeof r['ts'] === 'string' ? r['ts'] : ''}/${String(r['value'])}`;

/** Steps until caught up, which must come: progress once faults stop. */
async function catchUpWithin(engine: TableSyncEngine, steps: number): Promise<void> {
  const trace: string[] = [];
  const opened = new Set<string>();
  for (let i = 0; i < steps; i++) {
    const result = await engine.step().catch((error: unknown) => {
      rethrowUnlessInjected(error);
      return { did: 'failed' as const };
    });
    if (result.did === 'opened' && !result.resumed) opened.add(result.windowId);
    trace.push(JSON.stringify(result));
    if (result.did === 'completed-tail' && opened.has(result.windowId) && engine.getStatus().stage === 'tail') {
      // Rows of an older generation are cleared by the step after.
      await engine.step();
      return;
    }
  }
  throw new Error(`not caught up after ${String(steps)} steps: ${trace.slice(-12).join(' ')}`);
}

function rethrowUnlessInjected(error: unknown): void {
  if (error instanceof BqsyncError && (error.message === 'injected' || error.code === 'BQS_SOURCE_WINDOW_EXPIRED')) return;
  throw error;
}
