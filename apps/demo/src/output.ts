import type { DemoOptions } from './options.ts';
import { Screen } from './view/screen.ts';

/** Where a run talks: lines for people, and with `--json` lines for programs on stdout. */
export interface Output {
  readonly screen: Screen;
  /** One JSON line on stdout; nothing without `--json`. */
  readonly event: (event: string, fields?: Readonly<Record<string, unknown>>) => void;
}

export function openOutput({ json }: Pick<DemoOptions, 'json'>): Output {
  // Nobody reads any more, as after `| head -1`: the run ends in order, as at a hang-up.
  process.stdout.once('error', () => process.emit('SIGHUP'));
  return {
    screen: new Screen(json ? process.stderr : process.stdout),
    event: (event, fields = {}) => {
      if (json) process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
    },
  };
}
