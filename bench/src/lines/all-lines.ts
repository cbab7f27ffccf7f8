import type { Line } from '../line.ts';
import { arrowDecode } from './arrow-decode.ts';
import { backfillBytes } from './backfill-bytes.ts';
import { bytesPerRow } from './bytes-per-row.ts';
import { backfillRest, backfillStorage, stall } from './harper-backfill.ts';
import { heap } from './heap.ts';
import { idleBytes } from './idle-bytes.ts';
import { idleLoad } from './idle-load.ts';
import { latency } from './latency.ts';
import { restDecode } from './rest-decode.ts';
import { smallCommits } from './small-commits.ts';
import { synthesizer } from './synthesizer.ts';
import { twoThreads } from './two-threads.ts';
import { unchanged } from './unchanged.ts';

/** The table, row by row. */
export const LINES: readonly Line[] = [
  backfillStorage,
  backfillRest,
  twoThreads,
  restDecode,
  arrowDecode,
  backfillBytes,
  idleBytes,
  idleLoad,
  unchanged,
  smallCommits,
  heap,
  synthesizer,
  latency,
  bytesPerRow,
  stall,
];
