import type { SeededBug } from '../harness/seeded-bug.ts';

/** How rows are batched and made durable together with the progress behind them. */
export const commitBugs: readonly SeededBug[] = [
  {
    id: 'rest-of-page-skipped',
    what: 'what a page holds beyond the limit of one commit is never written',
    lesson: '1',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: 'const received = end - this.#at;\n    this.#at = end;',
        replace: 'const received = page.rows.length - this.#at;\n    this.#at = page.rows.length;',
      },
    ],
  },
  {
    id: 'milliseconds-only',
    what: 'cursors are cut to milliseconds, so of two rows of one key the older may win',
    lesson: '2',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: "const cursor = typeof cursorValue === 'string' ? cursorValue : null;",
        replace: "const cursor = typeof cursorValue === 'string' ? cursorValue.slice(0, 23) : null;",
      },
    ],
  },
  {
    id: 'progress-before-rows',
    what: 'progress is stored before its rows, in a transaction of its own',
    lesson: '13',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-run.ts',
        find: 'const stored = await sink.commit(',
        replace: `const commit: typeof sink.commit = async (batch, stop) => {
      const all = { inserted: batch.rows.length, updated: 0, unchanged: 0, superseded: 0, contested: 0, late: 0, lateOldest: null };
      await sink.commit({ ...batch, rows: [], rejected: [], record: () => batch.record({ ...all, rejected: batch.rejected }) }, stop);
      return sink.commit({ ...batch, record: () => ({}) }, stop);
    };
    const stored = await commit(`,
      },
    ],
  },
  {
    id: 'small-commits-in-one',
    what: 'small commits are one transaction, which replicas drop',
    lesson: 'R2',
    program: 'engine',
    edits: [{ file: 'testkit/src/sim/sim-target.ts', find: 'return writes >= EXCLUSIVE_WRITES;', replace: 'return writes >= 0;' }],
  },
  {
    id: 'small-commits-at-one-version',
    what: 'the transactions of a small commit share a version, so a replica takes them for one, and drops it',
    lesson: 'R2',
    program: 'engine',
    edits: [
      { file: 'testkit/src/sim/sim-target.ts', find: 'versionAbove(first + index * stepMs, ', replace: 'versionAbove(first, ' },
      { file: 'testkit/src/sim/sim-target.ts', find: 'this.#node.claim(wanted, stepMs < 0 ? -1 : 1)', replace: 'wanted' },
    ],
  },
  {
    id: 'small-progress-first',
    what: 'the progress of a small commit is stored before its rows',
    lesson: 'R2',
    program: 'engine',
    edits: [
      {
        file: 'testkit/src/sim/sim-target.ts',
        find: '    await this.#storeRows(writes, first, stepMs);\n',
        replace: '    this.#store(state, first + writes.length * stepMs, stepMs);\n    await this.#storeRows(writes, first, stepMs);\n',
      },
    ],
  },
  {
    id: 'commit-not-awaited',
    what: 'a commit that fails is taken for done',
    lesson: '12',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/unit-run.ts',
        find: 'const committing = sink.commit(',
        replace: `const commit: typeof sink.commit = (batch, stop) => {
      const all = { inserted: batch.rows.length, updated: 0, unchanged: 0, superseded: 0, contested: 0, late: 0, lateOldest: null };
      const outcome = { ...all, rejected: batch.rejected };
      batch.record(outcome);
      sink.commit(batch, stop).catch(() => undefined);
      return Promise.resolve(outcome);
    };
    const committing = commit(`,
      },
    ],
  },
  {
    id: 'tie-by-arrival',
    what: 'of two rows of one key and snapshot the one that comes last wins',
    lesson: 'R1',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: 'return this.#contentOf(a.row) > this.#contentOf(b.row);',
        replace: 'return true;',
      },
    ],
  },
  {
    id: 'cursor-order-ignored',
    what: 'of two rows of one key in a batch the first wins, whatever their cursors',
    lesson: 'R1',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: 'if (a.cursor !== b.cursor) return greatest(a.cursor, b.cursor) === a.cursor;',
        replace: 'if (a.cursor !== b.cursor) return false;',
      },
    ],
  },
  {
    id: 'quarantine-dropped',
    what: 'rows without a key are left out without a record',
    lesson: '12',
    program: 'engine',
    edits: [{ file: 'core/src/run/window-reader.ts', find: 'rejected.push({ ...keyed.rejected, cursor });', replace: '' }],
  },
  {
    id: 'undecoded-dropped',
    what: 'rows that cannot be decoded are left out without a record',
    lesson: '12',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: "rejected.push(undecoded ?? { key: undefined, reason: 'decode', message: 'the row could not be decoded', sample: '' });",
        replace: '',
      },
    ],
  },
  {
    id: 'contested-ignored',
    what: 'a row that stood in for one that is gone is never replaced',
    lesson: 'R8',
    program: 'engine',
    edits: [{ file: 'core/src/run/contest.ts', find: 'for (const key of contestedKeys) this.#keys.add(key);', replace: '' }],
  },
  {
    id: 'duplicates-collapse',
    what: 'identical rows that are to be kept apart become one',
    lesson: '14',
    program: 'engine',
    edits: [
      {
        file: 'core/src/identity/key.ts',
        find: 'key.ordinal && ordinal !== undefined && ordinal > 1',
        replace: 'key.ordinal && ordinal !== undefined && ordinal > 2',
      },
    ],
  },
  {
    id: 'whole-window-in-memory',
    what: 'a window is read to its end before its first row is written',
    lesson: 'bounded memory',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/window-reader.ts',
        find: 'yield* source.read(table, description, open, unit, Math.max(fromRow, unit.startRow), signal);',
        replace: `const pages: Page[] = [];
    for await (const page of source.read(table, description, open, unit, Math.max(fromRow, unit.startRow), signal)) pages.push(page);
    yield* pages;`,
      },
    ],
  },
  {
    id: 'two-loops',
    what: 'a start during a stop does not wait, so two loops run on one state',
    lesson: '15',
    program: 'engine',
    edits: [
      {
        file: 'core/src/run/table-sync-engine.ts',
        find: 'const done = before.then(() => this.#loop(controller.signal));',
        replace: 'const done = this.#loop(controller.signal);',
      },
    ],
  },
];
