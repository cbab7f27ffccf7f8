import type { SeededBug } from '../harness/seeded-bug.ts';

/** Windows that several threads read, and threads that take each other's place. */
export const unitBugs: readonly SeededBug[] = [
  {
    id: 'units-completed-early',
    what: 'a window is complete once its owner has no unit left to read',
    lesson: '10',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/shared-window-run.ts',
        find: 'if (this.#units.every(isUnitDone)) return this.#complete(progress, signal);',
        replace: 'return this.#complete(progress, signal);',
      },
      {
        file: 'core/src/run/shared-window-run.ts',
        find: 'if (estimated !== true && this.rowsDone !== totalRows)',
        replace: 'if (false)',
      },
      {
        file: 'core/src/plan/progress.ts',
        find: 'units.some((unit) => unit.endRow !== unit.startRow + unit.rowsDone)',
        replace: 'false',
      },
    ],
  },
  {
    id: 'unit-resumed-a-row-late',
    what: 'a unit that goes on begins one row too far and counts it as read',
    lesson: '9',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/unit-run.ts',
        find: 'const from = progress.startRow + progress.rowsDone;',
        replace: `if (progress.rowsDone > 0 && progress.endRow !== null && progress.startRow + progress.rowsDone < progress.endRow)
      this.#progress = progress = { ...progress, rowsDone: progress.rowsDone + 1 };
    const from = progress.startRow + progress.rowsDone;`,
      },
    ],
  },
  {
    id: 'units-by-position',
    what: 'each thread reads the next unit that nobody counts, whichever was cut for it',
    lesson: '9',
    program: 'engine',
    edits: [
      {
        file: 'core/src/plan/units.ts',
        find: 'open.find((unit) => unit.index % share.slots === share.slot) ?? open.find(standsStill)',
        replace: 'open.find((unit) => unit.index % share.slots === share.slot)',
      },
    ],
  },
  {
    id: 'unit-overwritten',
    what: 'a thread that is behind overwrites the record of a unit that another has read on in',
    lesson: 'R9',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/unit-run.ts',
        find: 'fence: { ...this.#fence, unit: before },',
        replace: 'fence: this.#fence,',
      },
    ],
  },
];
