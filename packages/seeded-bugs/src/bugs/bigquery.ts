import type { SeededBug } from '../harness/seeded-bug.ts';

/** In the adapter that reads BigQuery, and the statements that it sends. */
export const bigqueryBugs: readonly SeededBug[] = [
  {
    id: 'bigquery-strict-bound',
    what: 'a window leaves out the rows that tie with where it begins',
    lesson: '1',
    program: 'bigquery',
    edits: [
      {
        file: 'query/src/range.ts',
        find: '[`${column} >= ${literal(cursor.type, range.from)}`]',
        replace: '[`${column} > ${literal(cursor.type, range.from)}`]',
      },
    ],
  },
  {
    id: 'bigquery-upper-bound-included',
    what: 'rows that tie with where a window ends are in it and in the next',
    lesson: '4',
    program: 'bigquery',
    edits: [
      {
        file: 'query/src/range.ts',
        find: '[`${column} < ${literal(cursor.type, range.to)}`]',
        replace: '[`${column} <= ${literal(cursor.type, range.to)}`]',
      },
    ],
  },
  {
    id: 'bigquery-nulls-lost',
    what: 'rows without a cursor fall out where they are asked for with the others',
    lesson: '5',
    program: 'bigquery',
    edits: [
      {
        file: 'query/src/range.ts',
        find: "return `(${bounds.length === 1 ? String(bounds[0]) : `(${bounds.join(' AND ')})`} OR ${column} IS NULL)`;",
        replace: "return bounds.join(' AND ');",
      },
    ],
  },
  {
    id: 'bigquery-milliseconds-only',
    what: 'timestamps are cut to milliseconds',
    lesson: '2',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/decode-time.ts',
        find: 'return `${prefix}${fraction}Z`;',
        replace: 'return `${prefix}${fraction.slice(0, 3)}000Z`;',
      },
    ],
  },
  {
    id: 'bigquery-negative-modulo',
    what: 'times before 1970 are off by a second',
    lesson: '5',
    program: 'bigquery',
    edits: [{ file: 'bigquery/src/decode-time.ts', find: 'second -= 1;', replace: '' }],
  },
  {
    id: 'bigquery-datetime-shifted',
    what: 'a DATETIME is read in another time zone',
    lesson: '17',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/decode-time.ts',
        find: 'return sixDigits(text.charCodeAt(10) === 84 ? text : `${text.slice(0, 10)}T${text.slice(11)}`, 19);',
        replace:
          'return new Date(`${text.slice(0, 10)}T${text.slice(11, 19)}+02:00`).toISOString().slice(0, 19) + sixDigits(text, 19).slice(19);',
      },
    ],
  },
  {
    id: 'bigquery-int64-rounded',
    what: 'integers over 2^53 are rounded',
    lesson: '17',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/decode-number.ts',
        find: 'return Number.isSafeInteger(value) ? value : exact;',
        replace: 'return value;',
      },
    ],
  },
  {
    id: 'bigquery-numeric-as-float',
    what: 'decimal numbers go through a double',
    lesson: '17',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/decode-number.ts',
        find: 'if (CANONICAL.test(text)) return text;',
        replace: 'if (CANONICAL.test(text)) return String(Number(text));',
      },
    ],
  },
  {
    id: 'bigquery-undecoded-dropped',
    what: 'a row that cannot be decoded disappears',
    lesson: '12',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/decoder.ts',
        find: "rejected.set(index, { key: undefined, reason: 'decode', message: error.message, sample: sampleOf(columns, raw[index]) });",
        replace: '',
      },
    ],
  },
  {
    id: 'bigquery-advance-by-asked',
    what: 'after a page that was cut the next is asked for behind what was asked for, not behind what came',
    lesson: 'R12',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/pages.ts',
        find: 'at += received.rows.length;',
        replace: 'at += Math.max(received.rows.length, Math.min(Math.floor(options.pageBytes / rowBytes), 10, stretch.endRow - at));',
      },
    ],
  },
  {
    id: 'bigquery-incomplete-is-empty',
    what: 'the answer of a job that is not complete counts as a result without rows',
    lesson: 'R12',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/pages.ts',
        find: "if (results.jobComplete !== true) throw protocol(stretch, 'the finished job answers that it is not complete');",
        replace: 'if (results.jobComplete !== true) return { firstRow, rows: [], bytes: 2 };',
      },
      {
        file: 'bigquery/src/pages.ts',
        find: 'const received = await (ahead ?? ask(at));',
        replace: 'const received = await (ahead ?? ask(at));\n      if (received.rows.length === 0) return;',
      },
    ],
  },
  {
    id: 'bigquery-other-result-read',
    what: 'a result with another number of rows is read on',
    lesson: 'R12',
    program: 'bigquery',
    edits: [{ file: 'bigquery/src/pages.ts', find: 'if (totalRows !== stretch.totalRows)', replace: 'if (totalRows < 0)' }],
  },
  {
    id: 'bigquery-schema-unchecked',
    what: 'rows are decoded by the columns of now, and not by those that they were written with',
    lesson: 'R3',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/pages.ts',
        find: 'if (sameShape(columns, stretch.columns)) return;',
        replace: 'if (columns.length >= 0) return;',
      },
    ],
  },
  {
    id: 'bigquery-errors-not-retried',
    what: 'of the errors of a server only 503 is tried again',
    lesson: '16',
    program: 'bigquery',
    edits: [{ file: 'bigquery/src/errors.ts', find: 'if (status === 408 || status >= 500)', replace: 'if (status === 503)' }],
  },
  {
    id: 'bigquery-lost-answer-paid-twice',
    what: 'a job whose answer was lost is sent once more under another id',
    lesson: '11',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/job.ts',
        find: 'if (error instanceof BqsyncError && error.context.status === 409) return undefined;',
        replace: '',
      },
    ],
  },
  {
    id: 'bigquery-local-snapshot',
    what: 'the snapshot of a window is what the clock here says',
    lesson: 'R4',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/window-shape.ts',
        find: 'snapshot: surelySeen(done.createdAt, description),',
        replace: 'snapshot: (BigInt(Date.now()) * 1000n) as typeof done.createdAt,',
      },
    ],
  },
  {
    id: 'bigquery-units-with-gaps',
    what: 'the rows left over when a result is cut into units belong to none',
    lesson: '9',
    program: 'bigquery',
    edits: [
      {
        file: 'bigquery/src/units.ts',
        find: 'endRow: Math.floor(((index + 1) * totalRows) / units),',
        replace: 'endRow: (index + 1) * Math.floor(totalRows / units),',
      },
    ],
  },
];
