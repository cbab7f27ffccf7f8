import { describe, expect, it } from 'vitest';
import { parseArguments } from './options.ts';

const DEFAULTS = { kills: 10, seed: 1, read: 'both', nodes: 1, targets: 'declared', unsafeCommits: false, json: false };

describe('the arguments of chaos', () => {
  it('has ten kills by default, and takes what is given', () => {
    expect(parseArguments([])).toEqual({ kind: 'run', options: DEFAULTS });
    expect(parseArguments(['--', '--kills', '100', '--seed', '7', '--read', 'storage', '--json'])).toEqual({
      kind: 'run',
      options: { ...DEFAULTS, kills: 100, seed: 7, read: 'storage', json: true },
    });
  });

  it('takes a cluster, and how it commits and makes its targets', () => {
    expect(parseArguments(['--nodes', '3', '--unsafe-commits', '--targets', 'both'])).toEqual({
      kind: 'run',
      options: { ...DEFAULTS, nodes: 3, unsafeCommits: true, targets: 'both' },
    });
  });

  it.each([
    ['--nodes', '0'],
    ['--nodes', '9'],
    ['--targets', 'none'],
    ['--kills', '-1'],
    ['--kills', 'many'],
    ['--seed', '1.5'],
    ['--kills'],
    ['--read', 'grpc'],
    ['--killz', '3'],
    ['extra'],
  ])('refuses %s %s in one line, with exit code 2', (...args) => {
    expect(() => parseArguments(args)).toThrow(
      expect.objectContaining({ code: 'BQS_USAGE', exitCode: 2, message: expect.not.stringContaining('\n') }),
    );
  });

  it('shows its help', () => {
    expect(parseArguments(['--help'])).toMatchObject({ kind: 'help', text: expect.stringContaining('--kills') });
  });
});
