import { describe, expect, it } from 'vitest';
import { HeldSequences } from './guard-sequence.ts';

function recorder(): { written: [unknown, unknown][]; held: HeldSequences } {
  const written: [unknown, unknown][] = [];
  return { written, held: new HeldSequences((key, value) => written.push([key, value])) };
}

describe('the record of what replication has received', () => {
  it('is written once what came before it has had twenty turns of the timer to be stored', () => {
    const { written, held } = recorder();
    held.hold(1, 'a');
    for (let tick = 0; tick < 20; tick++) held.tick();
    expect(written).toEqual([]);
    held.tick();
    expect(written).toEqual([[1, 'a']]);
    for (let tick = 0; tick < 50; tick++) held.tick();
    expect(written, 'once').toHaveLength(1);
  });

  it('is the newest of those that are old enough, for each origin', () => {
    const { written, held } = recorder();
    held.hold(1, 'a');
    held.hold(1, 'b');
    held.hold(2, 'x');
    held.tick();
    held.hold(1, 'c');
    for (let tick = 0; tick < 20; tick++) held.tick();
    expect(written).toEqual([
      [1, 'b'],
      [2, 'x'],
    ]);
    held.tick();
    expect(written.at(-1)).toEqual([1, 'c']);
  });
});
