import { formatInstant, type Micros, parseInstant, type Probe, type TableProgress } from '@bqsync/core';

/** Which source rows the plugin must have applied by now. Others, if they are not in the target, are pending. */
export interface Coverage {
  /** `cursor` is the cursor column's text, or null. */
  covers(cursor: string | null): boolean;
  /** For people. */
  readonly text: string;
}

/** Of how a change shows in the probe only some seconds after a window was opened (rule R4). */
const SETTLED_MICROS = 10_000_000n;

/**
 * @param progress - of the plugin, if it is of this very table and mapping
 * @param probe - taken after the source was read
 */
export function coverageOf(progress: TableProgress | undefined, probe: Probe): Coverage {
  if (progress === undefined) return { covers: () => true, text: 'no progress of a plugin: every row must be there' };
  if (isQuiet(progress, probe))
    return { covers: () => true, text: 'the table has not changed since the last poll: every row must be there' };
  const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
  return {
    covers: (cursor) => (cursor === null ? progress.nullsDone : isBelow(cursor, frontier)),
    text:
      frontier === undefined
        ? 'the plugin has read nothing yet: every row may be pending'
        : `the plugin has read up to ${formatInstant(frontier)}: later rows may be pending`,
  };
}

/** Whether the last completed window of the tail read everything that there is. */
function isQuiet({ stage, window, seen }: TableProgress, probe: Probe): boolean {
  if (stage !== 'tail' || window !== null || seen === null) return false;
  if (seen.token !== probe.token || seen.streaming || probe.streaming) return false;
  const [modifiedAt, openedAt] = [parseInstant(seen.modifiedAt), parseInstant(seen.openedAt)];
  return modifiedAt !== undefined && openedAt !== undefined && openedAt - modifiedAt > SETTLED_MICROS;
}

function isBelow(cursor: string, frontier: Micros | undefined): boolean {
  const at = parseInstant(cursor);
  return at !== undefined && frontier !== undefined && at < frontier;
}
