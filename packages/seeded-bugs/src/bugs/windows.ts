import type { SeededBug } from '../harness/seeded-bug.ts';

/** What is read, and when: the plan of windows. */
export const windowBugs: readonly SeededBug[] = [
  {
    id: 'late-rows-never-swept',
    what: 'a sweep begins at the frontier, so rows that arrive late stay unread',
    lesson: '3',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: "open('sweep', { from: sweepStart(progress, frontier, sync), to",
        replace: "open('sweep', { from: frontier, to",
      },
    ],
  },
  {
    id: 'sweep-not-widened',
    what: 'a sweep goes back by the lateness from the frontier, however long ago the last one was',
    lesson: '3',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: 'return behind(least(least(swept ?? frontier, newest), frontier), sync);',
        replace: 'return behind(frontier, sync);',
      },
    ],
  },
  {
    id: 'sweep-behind-clock-only',
    what: 'a sweep goes back by the lateness from the clock of the source, though cursors are hours behind it',
    lesson: '3',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: 'return behind(least(least(swept ?? frontier, newest), frontier), sync);',
        replace: 'return least(behind(swept ?? frontier, sync), frontier);',
      },
    ],
  },
  {
    id: 'sweep-counted-by-tail',
    what: 'a poll from the frontier counts as a sweep',
    lesson: '3',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/progress.ts',
        find: "sweepSnapshot: first || (joined && kind === 'sweep') ?",
        replace: 'sweepSnapshot: first || joined ?',
      },
    ],
  },
  {
    id: 'changed-columns-kept',
    what: 'a column is renamed, dropped or retyped, and the rows of before stay as they are',
    lesson: 'R11',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/table-binding.ts',
        find: "const isWholeAgain = change === 'other' ||",
        replace: 'const isWholeAgain = false &&',
      },
      { file: 'core/src/run/table-binding.ts', find: "} else if (change === 'added') {", replace: "} else if (change !== 'none') {" },
    ],
  },
  {
    id: 'upper-bound-on-tail',
    what: 'the tail ends where the metadata said that the table was changed last',
    lesson: '4',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: 'from: tailStart(progress, frontier, seen), to: undefined,',
        replace: 'from: tailStart(progress, frontier, seen), to: seen.probe.modifiedAt,',
      },
      {
        file: 'core/src/plan/decide.ts',
        find: 'from: sweepStart(progress, frontier, sync), to: undefined,',
        replace: 'from: sweepStart(progress, frontier, sync), to: seen.probe.modifiedAt,',
      },
    ],
  },
  {
    id: 'null-cursors-skipped',
    what: 'the first scan leaves rows without a cursor out',
    lesson: '5',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: "return open('backfill', { from, to: undefined, nulls: 'include' });",
        replace: "return open('backfill', { from, to: undefined, nulls: 'exclude' });",
      },
    ],
  },
  {
    id: 'null-window-ends-backfill',
    what: 'the window of rows without a cursor counts as having read everything',
    lesson: '5',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/progress.ts',
        find: 'const openEnded = joined && range.to === undefined;',
        replace: 'const openEnded = range.to === undefined;',
      },
    ],
  },
  {
    id: 'no-unconditional-poll',
    what: 'an unchanged probe is trusted for ever',
    lesson: 'R4',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: 'const pollDue = seen.sinceOpenMs === undefined || seen.sinceOpenMs >= latenessMs;',
        replace: 'const pollDue = seen.sinceOpenMs === undefined;',
      },
    ],
  },
  {
    id: 'settle-time-ignored',
    what: 'an unchanged probe is trusted though its change may be newer than the window',
    lesson: 'R4',
    program: 'polls',
    edits: [{ file: 'core/src/plan/decide.ts', find: 'openedAt - modifiedAt > SETTLED_MICROS', replace: 'openedAt !== modifiedAt' }],
  },
  {
    id: 'streaming-ignored',
    what: 'an unchanged probe is trusted while rows stream in',
    lesson: 'R4',
    program: 'polls',
    edits: [{ file: 'core/src/plan/decide.ts', find: 'seen === null || seen.streaming || probe.streaming', replace: 'seen === null' }],
  },
  {
    id: 'probe-not-compared',
    what: 'polls are left out whatever the probe says',
    lesson: 'R4',
    program: 'polls',
    edits: [{ file: 'core/src/plan/decide.ts', find: 'if (seen.token !== probe.token) return false;', replace: '' }],
  },
  {
    id: 'one-failure-stops-all',
    what: 'a table that fails stops those beside it',
    lesson: '16',
    program: 'polls',
    edits: [{ file: 'core/src/run/sync-all.ts', find: 'errors.set(id, error);', replace: 'throw error;' }],
  },
  {
    id: 'window-id-reused',
    what: 'each window of a table has the same id, so the result of the one before is read',
    lesson: 'R3',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/table-stepper.ts',
        find: "return this.#options.newWindowId?.() ?? `bqsync_${randomUUID().replaceAll('-', '')}`;",
        replace: 'return `window_of_${this.#table.id}`;',
      },
    ],
  },
  {
    id: 'expired-window-continued',
    what: 'a window whose result is gone is asked for again for ever',
    lesson: 'R3',
    program: 'engine',
    edits: [
      { file: 'core/src/run/table-stepper.ts', find: 'if (REOPEN.has(error.code) && this.#intent !== undefined)', replace: 'if (false)' },
    ],
  },
];
