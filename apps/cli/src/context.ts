import type { Output } from './output/output.ts';

/** What every command is given. */
export interface CommandContext {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C; calls that get it reject with `BQS_ABORTED`. */
  readonly signal: AbortSignal;
  /** As given by `--config`; absent: the default files are tried. */
  readonly configFile: string | undefined;
}

/** Does a command's work and resolves to the exit code. */
export type Action = (context: CommandContext) => Promise<number>;

/** Given to every command by {@link run}: calls the action once the arguments are understood. */
export type Act = (action: Action) => Promise<void>;
