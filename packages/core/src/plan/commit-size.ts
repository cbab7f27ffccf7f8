/** A commit should keep the target's event loop busy for less than this. */
const GOAL_MS = 80;
/** Below this many rows a commit's fixed cost is most of it, so smaller ones only slow the sync down. */
const FLOOR_ROWS = 200;
/** Where a new table begins. */
const FIRST_ROWS = 500;

/**
 * Rows of the next commit, so that one takes about 80 ms: the last size scaled by how far the last commit was from that, at most doubled,
 * within the floor and the phase's limit (the limit holds even below the floor).
 */
export function nextCommitSize(
  last: { readonly rows: number; readonly durationMs: number } | undefined,
  size: number,
  limit: number,
): number {
  const floor = Math.min(FLOOR_ROWS, limit);
  if (last === undefined || last.rows === 0) return Math.min(size, limit);
  // A short commit at the end of a page says little about a full one.
  if (last.rows * 2 < size && last.durationMs < GOAL_MS) return Math.min(size, limit);
  const scaled = Math.round(last.rows * Math.min(2, GOAL_MS / Math.max(1, last.durationMs)));
  return Math.max(floor, Math.min(limit, scaled));
}

export const FIRST_COMMIT_ROWS = FIRST_ROWS;
