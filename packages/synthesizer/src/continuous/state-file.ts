import { open, readFile, rename, rm } from 'node:fs/promises';
import { BqsyncError } from '@bqsync/errors';
import type { RunState, RunStateStore } from './run-state.ts';

function isState(value: unknown): value is RunState {
  const state = value as Partial<RunState> | null;
  return (
    typeof state === 'object' &&
    state?.version === 1 &&
    typeof state.runId === 'string' &&
    typeof state.writtenTo === 'string' &&
    typeof state.source === 'object'
  );
}

/**
 * The state in a JSON file, replaced as a whole: a crash at any moment leaves the old one or the new one.
 *
 * @throws BqsyncError from its methods: `BQS_STATE_DAMAGED` if the file is no state, `BQS_CONFIG_UNREADABLE` if it cannot be read or written.
 */
export function stateFile(path: string): RunStateStore {
  const failed = (doing: string, cause: unknown): BqsyncError =>
    new BqsyncError('BQS_CONFIG_UNREADABLE', `cannot ${doing} the state file ${path}: ${(cause as Error).message}`, {
      cause,
      hint: 'name a file in a folder that you can write to',
    });
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failed('read', cause);
      }
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        value = undefined;
      }
      if (isState(value)) return value;
      throw new BqsyncError('BQS_STATE_DAMAGED', `${path} is not a state of the synthesizer`, {
        retryable: false,
        hint: 'give the right file, or delete it and run reset',
      });
    },
    async save(state) {
      const draft = `${path}.new`;
      try {
        const file = await open(draft, 'w');
        try {
          await file.writeFile(`${JSON.stringify(state, null, 2)}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, path);
      } catch (cause) {
        throw failed('write', cause);
      }
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}
