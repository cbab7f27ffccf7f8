import { describe, expect, it } from 'vitest';
import { parseArguments } from './options.ts';

describe('the arguments of chaos', () => {
  it('has ten kills by default, and takes what is given', () => {
    expect(parseArguments([])).toEqual({ kind: 'run', options: { kills: 10, seed: 1, read: 'both', json: false } });
    expect(parseArguments(['--', '--kills', '100', '--seed', '7', '--read', 'storage', '--json'])).toEqual({
      kind: 'run',
      options: { kills: 100, seed: 7, read: 'storage', json: true },
    });
  });

  it.each([['--kills', '-1'], ['--kills', 'many'], ['--seed', '1.5'], ['--kills'], ['--read', 'grpc'], ['--killz', '3'], ['extra']])(
    'refuses %s %s in one line, with exit code 2',
    (...args) => {
      expect(() => parseArguments(args)).toThrow(
        expect.objectContaining({ code: 'BQS_USAGE', exitCode: 2, message: expect.not.stringContaining('\n') }),
      );
    },
  );

  it('shows its help', () => {
    expect(parseArguments(['--help'])).toMatchObject({ kind: 'help', text: expect.stringContaining('--kills') });
  });
});
