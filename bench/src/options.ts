import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of lines in the order of the table; all unless asked for. */
  readonly only: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

/** What is not understood, in one line. */
export class UsageError extends Error {}

/** Reads the arguments of `pnpm bench`. Throws {@link UsageError}. */
export function parseArguments(args: readonly string[], names: readonly string[]): BenchOptions {
  const { only, json, help } = parsed(args);
  const wanted = only.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no line "${unknown}"; the lines are ${names.join(', ')}`);
  return { only: names.filter((name) => wanted.length === 0 || wanted.includes(name)), json, help };
}

function parsed(args: readonly string[]): { readonly only: readonly string[]; readonly json: boolean; readonly help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message.split('\n')[0]?.split('. ')[0] ?? '', { cause: error });
  }
}

export function usage(names: readonly string[]): string {
  return `usage: pnpm bench [--only NAME,…] [--json]
  --only NAME,…  these lines alone: ${names.join(', ')}
  --json         one line of JSON each; everything else goes to stderr
Exit codes: 0 measured (met or not), 1 a line could not be measured, 2 usage, 130 interrupted.`;
}
