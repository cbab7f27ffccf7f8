import type { CommandContext } from '../context.ts';
import { type HarperOptions, loginOf } from './harper-options.ts';
import { Operations } from './operations.ts';

/** The operations API for commands that can do without: undefined if nobody said who to log in as, nor asked for Harper. */
export function optionalOperations(options: HarperOptions, { env, signal }: CommandContext): Operations | undefined {
  const login = loginOf(options, env);
  return login === undefined ? undefined : new Operations(options, login, signal);
}
