import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseArguments } from './options.ts';

function options(...args: string[]) {
  const parsed = parseArguments(args, '/kept');
  if (parsed.kind !== 'run') throw new Error('help was shown');
  return parsed.options;
}

describe('the arguments', () => {
  it('ask for nothing by default', () => {
    expect(options()).toEqual({
      scenario: undefined,
      seed: undefined,
      exit: false,
      json: false,
      tamper: false,
      reset: false,
      serve: false,
      threads: 2,
      read: 'auto',
      stateDir: resolve('/kept'),
      httpPort: undefined,
      operationsPort: undefined,
      bigqueryPort: undefined,
    });
  });

  it('are all read', () => {
    const args =
      '--scenario stress --seed x --exit --json --tamper --reset --threads 4 --read storage --state there --http-port 1 --operations-port 2 --bigquery-port 3';
    expect(options(...args.split(' '))).toEqual({
      scenario: 'stress',
      seed: 'x',
      exit: true,
      json: true,
      tamper: true,
      reset: true,
      serve: false,
      threads: 4,
      read: 'storage',
      stateDir: resolve('there'),
      httpPort: 1,
      operationsPort: 2,
      bigqueryPort: 3,
    });
  });

  it('may begin with --', () => {
    expect(options('--', '--scenario', 'small').scenario).toBe('small');
  });

  it('end a run that tampers', () => {
    expect(options('--tamper').exit).toBe(true);
  });

  it('show help', () => {
    const parsed = parseArguments(['--help'], '/kept');
    expect(parsed.kind).toBe('help');
    for (const flag of [
      '--scenario',
      '--exit',
      '--json',
      '--tamper',
      '--reset',
      '--serve',
      '--seed',
      '--threads',
      '--read',
      '--state',
      '--http-port',
    ]) {
      expect(parsed.kind === 'help' && parsed.text).toContain(flag);
    }
  });

  it.each([
    ['an unknown flag', ['--sceanrio', 'small'], /unknown option '--sceanrio'/],
    ['an unknown scenario', ['--scenario', 'huge'], /huge.*small, realistic, stress/],
    ['a missing value', ['--seed'], /argument missing/],
    ['an argument that is none', ['small'], /too many arguments/],
    ['no threads', ['--threads', '0'], /whole number from 1 to 64/],
    ['half a thread', ['--threads', '1.5'], /whole number/],
    ['another way to read', ['--read', 'grpc'], /grpc.*auto, rest, storage/],
    ['a port that is none', ['--http-port', '70000'], /whole number from 1 to 65535/],
    ['two equal ports', ['--http-port', '4000', '--operations-port', '4000'], /must differ/],
    ['--serve with --exit', ['--serve', '--exit'], /does not go with --exit/],
    ['--serve with --tamper', ['--serve', '--tamper'], /does not go with/],
    ['--serve with --reset', ['--serve', '--reset'], /does not go with --reset/],
  ])('refuse %s in one line with exit code 2', (_, args, message) => {
    const refusal = (() => {
      try {
        return parseArguments(args, '/kept');
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'BQS_USAGE', exitCode: 2, message: expect.stringMatching(message) });
    expect((refusal as Error).message).not.toContain('\n');
  });
});
