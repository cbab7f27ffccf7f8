import { strict as assert } from 'node:assert';
import type { TargetHarness } from '../target-harness.ts';
import { TargetSession } from '../target-session.ts';
import type { Clause } from '../test-runner.ts';
import { fullProgress } from './progress.ts';

export const jsonClauses: readonly Clause<TargetHarness>[] = [
  {
    id: 'json/plain',
    promise: 'is given, and gives back, only records that JSON holds without loss, so that any store may keep them as text',
    async check(harness) {
      const session = await TargetSession.begin(harness);
      const [progress, unit] = [fullProgress(session), session.unit(0)];
      for (const given of [session.intent, progress, unit, session.checkpoint()]) assertPlain(given);
      await session.commit(1, [], { record: () => ({ progress, unit, checkpoint: session.checkpoint() }) });
      const { state } = session.harness;
      assertPlain(await state.loadIntent(session.table.id));
      assertPlain(await state.loadProgress(session.table.id));
      assertPlain(await state.loadUnits(session.table.id, unit.windowId, 1));
    },
  },
];

/** BigInt, bytes, dates, maps, NaN and `undefined` would come back as something else, or not at all. */
function assertPlain(value: unknown): void {
  assert.ok(value !== undefined, 'there is no record');
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    assert.fail(`JSON refuses the record: ${error instanceof Error ? error.message : String(error)}`);
  }
  assert.deepEqual(JSON.parse(text), value);
}
