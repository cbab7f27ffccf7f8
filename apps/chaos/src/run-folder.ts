import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface RunFolder {
  /** Of this run alone. */
  readonly dir: string;
  /** What is called at the end, the last one first, whatever happened. */
  readonly cleanups: (() => Promise<void>)[];
}

export interface FolderOptions {
  /** The clone. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Runs something in a folder of its own and cleans up after it. The folder of a run that does not end exact is kept and named; an interrupted
 * run leaves nothing.
 */
export async function inRunFolder({ root, signal, say }: FolderOptions, run: (folder: RunFolder) => Promise<boolean>): Promise<boolean> {
  mkdirSync(join(root, '.bqsync'), { recursive: true });
  const dir = mkdtempSync(join(root, '.bqsync', 'chaos-'));
  const cleanups: (() => Promise<void>)[] = [];
  let isExact = false;
  try {
    isExact = await run({ dir, cleanups });
    return isExact;
  } finally {
    for (const cleanup of cleanups.reverse()) {
      // What one part fails to stop must not keep the others running.
      await cleanup().catch((error: unknown) => say(`while stopping: ${error instanceof Error ? error.message : String(error)}`));
    }
    if (!isExact && !signal.aborted) say(`everything of this run is kept in ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  }
}
