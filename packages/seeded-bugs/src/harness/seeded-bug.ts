/** The programs that run schedules, each a file of `src/schedules`. */
export const PROGRAMS = ['engine', 'polls', 'harper', 'bigquery'] as const;
export type Program = (typeof PROGRAMS)[number];

/** One text of a source file and what stands there instead. */
export interface Edit {
  /** Below `packages/`. */
  readonly file: string;
  /** Must stand in the file exactly once: a bug whose place has changed fails its test instead of testing nothing. */
  readonly find: string;
  readonly replace: string;
}

/** A bug that a tool of this kind has had, or could. */
export interface SeededBug {
  readonly id: string;
  /** What goes wrong, as one clause. */
  readonly what: string;
  /** Its number in the list of lessons, or the rule of the architecture that it breaks. */
  readonly lesson: string;
  readonly edits: readonly Edit[];
  /** Whose schedules find it. */
  readonly program: Program;
}
