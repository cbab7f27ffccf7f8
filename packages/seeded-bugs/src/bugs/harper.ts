import type { SeededBug } from '../harness/seeded-bug.ts';

/** In the adapter that writes to Harper. */
export const harperBugs: readonly SeededBug[] = [
  {
    id: 'harper-tie-by-arrival',
    what: 'of two rows of one key, cursor and snapshot the last one stays',
    lesson: 'R1',
    program: 'harper',
    edits: [{ file: 'harper/src/judge-row.ts', find: 'return plan.contentOf(next) >= plan.contentOf(stored);', replace: 'return true;' }],
  },
  {
    id: 'harper-cursor-ignored',
    what: 'of two rows of one key and snapshot the greater content stays, whatever their cursors',
    lesson: 'R1',
    program: 'harper',
    edits: [{ file: 'harper/src/judge-row.ts', find: 'if (mine !== other) return mine > other;', replace: '' }],
  },
  {
    id: 'harper-older-replaces-newer',
    what: 'a row of an older snapshot replaces one of a newer',
    lesson: 'R1',
    program: 'harper',
    edits: [{ file: 'harper/src/judge-row.ts', find: "if (!isOlder && storedAt !== nextAt) return 'superseded';", replace: '' }],
  },
  {
    id: 'harper-contested-replaced',
    what: 'a row that was left unchanged on purpose gives way to a lesser one',
    lesson: 'R8',
    program: 'harper',
    edits: [{ file: 'harper/src/judge-row.ts', find: "return compare ? 'contested' : 'updated';", replace: "return 'updated';" }],
  },
  {
    id: 'harper-extra-attribute-unseen',
    what: 'a stored row with an attribute too many counts as unchanged',
    lesson: 'R15',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/judge-row.ts',
        find: 'if (!plan.compared.has(name) || !equalValues(value, next[name])) return false;',
        replace: 'if (plan.compared.has(name) && !equalValues(value, next[name])) return false;',
      },
      { file: 'harper/src/judge-row.ts', find: 'return width === plan.width;', replace: 'return width >= plan.width;' },
    ],
  },
  {
    id: 'harper-bytes-by-length',
    what: 'bytes of one length count as equal',
    lesson: '17',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/compare-values.ts',
        find: 'b instanceof Uint8Array && Buffer.compare(a, b) === 0',
        replace: 'b instanceof Uint8Array && a.length === b.length',
      },
    ],
  },
  {
    id: 'harper-array-by-prefix',
    what: 'an array that became longer counts as unchanged',
    lesson: '17',
    program: 'harper',
    edits: [{ file: 'harper/src/compare-values.ts', find: '!Array.isArray(b) || a.length !== b.length', replace: '!Array.isArray(b)' }],
  },
  {
    id: 'harper-int-overflow',
    what: 'an integer beyond 32 bits is cut to what the attribute holds',
    lesson: '17',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/convert-value.ts',
        find: 'if (number >> 0 !== number) throw new Unstorable(',
        replace: 'if (number >> 0 !== number) return number >> 0; if (number !== number) throw new Unstorable(',
      },
    ],
  },
  {
    id: 'harper-refused-dropped',
    what: 'rows that the target refuses are left out without a record',
    lesson: '12',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/commit-batch.ts',
        find: "if (message !== undefined) rejected.push({ key, reason: 'target-refused', message, sample: sampleOf(row), cursor });",
        replace: '',
      },
    ],
  },
  {
    id: 'harper-wall-clock-version',
    what: 'rows are written at the time of the wall clock',
    lesson: 'R1',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/commit-batch.ts',
        find: 'const first = versionOf(batch.snapshot, batch.sequence);',
        replace: 'const first = Date.now();',
      },
    ],
  },
  {
    id: 'harper-small-in-one',
    what: 'small commits are one transaction, which replicas drop',
    lesson: 'R2',
    program: 'harper',
    edits: [{ file: 'harper/src/writes.ts', find: 'return writes >= this.#exclusiveFrom;', replace: 'return writes >= 0;' }],
  },
  {
    id: 'harper-progress-first',
    what: 'the progress of a small commit is stored before its rows',
    lesson: 'R2',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/commit-batch.ts',
        find: '  await committer.commit(rows, from(0));\n',
        replace: '  await committer.commit(state, from(rowVersions + audits.length));\n  await committer.commit(rows, from(0));\n',
      },
    ],
  },
  {
    id: 'harper-equal-version',
    what: 'a write at or below the version that is stored is dropped by Harper without an error',
    lesson: 'R1',
    program: 'harper',
    edits: [
      { file: 'harper/src/version.ts', find: 'return next > stored ? next : stored * (1 + Number.EPSILON);', replace: 'return wanted;' },
    ],
  },
  {
    id: 'harper-boot-not-fenced',
    what: 'a thread whose place was taken goes on committing',
    lesson: '10',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/fence.ts',
        find: 'stored.workerId !== fence.workerId || stored.bootId !== fence.bootId',
        replace: 'stored.workerId !== fence.workerId',
      },
    ],
  },
  {
    id: 'harper-window-not-fenced',
    what: 'a commit to a window that was given up goes through',
    lesson: 'R9',
    program: 'harper',
    edits: [
      { file: 'harper/src/fence.ts', find: 'request?.windowId !== fence.windowId', replace: 'request === undefined' },
      { file: 'harper/src/fence.ts', find: 'stored.workerId !== fence.workerId || stored.bootId !== fence.bootId', replace: 'false' },
    ],
  },
  {
    id: 'harper-touched-not-checked',
    what: 'a commit planned from another progress goes through',
    lesson: 'R9',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/fence.ts',
        find: 'fence.touched !== undefined && touched !== null && touched !== fence.touched',
        replace: 'false',
      },
    ],
  },
  {
    id: 'harper-errors-swallowed',
    what: 'a transaction that fails is taken for done',
    lesson: '12',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/writes.ts',
        find: 'if (failed !== undefined) throw failed.reason;',
        replace: 'if (failed === undefined) return;',
      },
    ],
  },
  {
    id: 'harper-stale-includes-new',
    what: 'the rows of the first window of a new generation are deleted with those of the old',
    lesson: 'R11',
    program: 'harper',
    edits: [{ file: 'harper/src/delete-stale.ts', find: 'syncedAt < limit', replace: 'syncedAt <= limit' }],
  },
  {
    id: 'harper-stale-left',
    what: 'of rows of the old generation only whole batches are deleted',
    lesson: 'R11',
    program: 'harper',
    edits: [{ file: 'harper/src/delete-stale.ts', find: 'if (stale.length > 0) await flush();', replace: '' }],
  },
  {
    id: 'harper-damaged-progress-used',
    what: 'a damaged record of progress is gone on from',
    lesson: '13',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/state-records.ts',
        find: "if (!Number.isSafeInteger(value)) throw damaged(name, 'a whole number');",
        replace: '',
      },
    ],
  },
  {
    id: 'harper-intent-at-wall-clock',
    what: 'after the clock steps back no window can be begun',
    lesson: 'R1',
    program: 'harper',
    edits: [
      {
        file: 'harper/src/state-store.ts',
        find: '{ wanted: versionOfNow(), stored: stored?.version ?? 0 }',
        replace: '{ wanted: Date.now(), stored: 0 }',
      },
    ],
  },
];
