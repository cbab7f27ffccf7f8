import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

describe('the command line', () => {
  it('shows help with the exit codes', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/0 ok .*2 usage .*3 configuration .*4 BigQuery .*5 Harper .*6 drift .*130 interrupted/);
  });

  it.each([
    [['--jsn'], "error: unknown option '--jsn' (did you mean --json?)"],
    [['chek'], "error: unknown command 'chek' (did you mean check?)"],
    [['check', '--opertions', 'x'], "error: unknown option '--opertions' (did you mean --operations?)"],
    [['local', '--port', '70000'], /^error: .*--port.*It must be a whole number from 0 to 65535\.; see --help$/],
  ] as const)('answers %j with one line and exit code 2', async (args, line) => {
    const { code, stdout, stderr } = await runCli([...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.trimEnd()).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  });
});
