import { backfill, help, idleStall, stopHelping } from './backfill.ts';
import { keepRows, writeReady } from './ready-rows.ts';
import { smallCommits } from './small-commits.ts';
import { readAgain } from './unchanged-rows.ts';
import { follow, processorShare, skipTime, stopFollowing, whenReadable } from './follow.ts';

// Runs inside a Harper worker: what the lines may ask for, by name. Arguments and results travel as structured clones.
export const calls = {
  backfill,
  idleStall,
  help,
  stopHelping,
  keepRows,
  writeReady,
  readAgain,
  smallCommits,
  follow,
  processorShare,
  skipTime,
  stopFollowing,
  whenReadable,
} satisfies Record<string, (...args: never[]) => Promise<unknown>>;

export type Calls = typeof calls;
