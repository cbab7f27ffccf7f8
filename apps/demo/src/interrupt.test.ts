import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForInterrupt } from './interrupt.ts';

function listen() {
  const source = new EventEmitter();
  const state = { now: 0, forced: 0 };
  const interrupt = listenForInterrupt(
    () => state.forced++,
    source,
    () => state.now,
  );
  const press = (at: number, signal = 'SIGINT') => {
    state.now = at;
    source.emit(signal);
  };
  return { source, state, interrupt, press };
}

it('stops once for one Ctrl-C that arrives three times', () => {
  const { state, interrupt, press } = listen();
  press(1_000);
  expect(interrupt.signal.aborted).toBe(true);
  press(1_020);
  press(1_400, 'SIGTERM');
  expect(state.forced).toBe(0);
});

it('forces at a second one that is meant', () => {
  const { state, press } = listen();
  press(1_000);
  press(1_501);
  expect(state.forced).toBe(1);
});

it('listens no more once released', () => {
  const { source, interrupt } = listen();
  interrupt.release();
  expect(source.eventNames()).toEqual([]);
});
