import { expect, it } from 'vitest';
import { parseArguments, UsageError, usage } from './options.ts';

const names = ['one', 'two', 'three'];

it('runs every line, or those asked for, in the order of the table', () => {
  expect(parseArguments([], names)).toEqual({ only: names, json: false, help: false });
  expect(parseArguments(['--json', '--only', 'three,one'], names)).toEqual({ only: ['one', 'three'], json: true, help: false });
  expect(parseArguments(['--only', 'two', '--only', 'one', '--help'], names)).toEqual({ only: ['one', 'two'], json: false, help: true });
});

it.each([
  [['--only', 'four'], 'there is no line "four"; the lines are one, two, three'],
  [['--only', ''], 'there is no line ""'],
  [['--only'], '--only'],
  [['--fast'], '--fast'],
  [['--json=yes'], '--json'],
  [['all'], 'all'],
])('refuses %j in one line', (args, said) => {
  let refused: unknown;
  try {
    parseArguments(args, names);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(UsageError);
  expect((refused as Error).message).toContain(said);
  expect((refused as Error).message).not.toContain('\n');
});

it('names every line in the help', () => {
  for (const name of names) expect(usage(names)).toContain(name);
});
