import type { SeededBug } from '../harness/seeded-bug.ts';

/** What a node goes on from, and what belongs to another life of the table. */
export const takeoverBugs: readonly SeededBug[] = [
  {
    id: 'takeover-at-own-progress',
    what: 'a new owner goes on from its own progress',
    lesson: 'R10',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/takeover.ts',
        find: 'if (open.every(({ writer }) => writer === self)) return own;',
        replace: 'if (own !== undefined) return own;',
      },
    ],
  },
  {
    id: 'heard-not-recorded',
    what: 'what a progress accounts for is not written down',
    lesson: 'R10',
    program: 'engine',
    edits: [
      { file: 'core/src/plan/takeover.ts', find: 'const heard = accountFor(self, all, open);', replace: 'const heard = own?.heard ?? {};' },
    ],
  },
  {
    id: 'healing-off',
    what: 'a new owner leaves rows that it has unchanged, so other replicas never get them',
    lesson: 'R8',
    program: 'engine',
    edits: [{ file: 'core/src/plan/takeover.ts', find: 'healing: true,', replace: 'healing: false,' }],
  },
  {
    id: 'greatest-instead-of-least',
    what: 'a new owner goes on from the greatest of what is open',
    lesson: '8',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/takeover.ts',
        find: 'frontier: least(a.frontier, b.frontier),',
        replace: 'frontier: greatest(a.frontier, b.frontier),',
      },
    ],
  },
  {
    id: 'generation-ignored',
    what: 'a table that was made again goes on at the old cursor',
    lesson: 'R11',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/table-binding.ts',
        find: 'if (progress?.generation !== generation) {',
        replace: 'if (progress === undefined) {',
      },
    ],
  },
  {
    id: 'stale-rows-not-cleared',
    what: 'rows of an earlier life of the table stay',
    lesson: 'R11',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/decide.ts',
        find: 'if (progress.staleRows && first !== undefined)',
        replace: 'if (false)',
      },
    ],
  },
  {
    id: 'stale-rows-elsewhere',
    what: 'rows of an earlier life that reach another node later stay there',
    lesson: 'R11',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/takeover.ts',
        find: 'return { before, cleared: newest.cleared, writers: writers.sort() };',
        replace: 'return undefined;',
      },
    ],
  },
];
