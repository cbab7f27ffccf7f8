import { type BqsyncError, EXIT_CODES, toBqsyncError } from '@bqsync/errors';
import { CommanderError } from 'commander';
import type { Act } from './context.ts';
import { errorLines } from './output/error-lines.ts';
import { Output, type TextStream } from './output/output.ts';
import { createProgram } from './program.ts';
import { usageError } from './usage-error.ts';

/** What a run touches of its process. */
export interface Host {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

interface GlobalOptions {
  readonly json?: boolean;
  readonly color?: boolean;
  readonly config?: string;
}

/** Runs one command line and resolves to its exit code. Never rejects: what goes wrong is printed. */
export async function run(args: readonly string[], host: Host): Promise<number> {
  // Known before the arguments are understood, since not understanding them must be answered in JSON too.
  const json = args.includes('--json');
  let exitCode = 0;
  let help = '';
  const act: Act = async (action) => {
    const { config } = program.opts<GlobalOptions>();
    const output = openOutput();
    try {
      exitCode = await action({ output, env: host.env, signal: host.signal, configFile: config });
    } finally {
      output.close();
    }
  };
  const program = createProgram(act, (text) => {
    help += text;
  });
  const openOutput = (): Output => {
    const { color } = program.opts<GlobalOptions>();
    return new Output({ stdout: host.stdout, stderr: host.stderr, json, colour: color !== false && wantsColour(host, json) });
  };
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) {
      host.stdout.write(help);
      return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    }
    const known = error instanceof CommanderError ? usageError(error) : asInterrupt(toBqsyncError(error), host.signal);
    report(known, openOutput());
    return known.exitCode;
  }
}

/** Whatever an interrupted call failed with, the reason is the interrupt. */
function asInterrupt(error: BqsyncError, signal: AbortSignal): BqsyncError {
  return signal.aborted && error.code !== 'BQS_ABORTED' ? toBqsyncError(new DOMException(error.message, 'AbortError')) : error;
}

function report(error: BqsyncError, output: Output): void {
  for (const line of errorLines(error, output.colours)) output.note(line);
  output.document({ ok: false, exitCode: error.exitCode, error: error.toJSON() });
}

function wantsColour({ stdout, stderr, env }: Host, json: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return (json ? stderr : stdout).isTTY === true;
}
