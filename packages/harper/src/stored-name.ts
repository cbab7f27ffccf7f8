/** Stands before a name that Harper or JavaScript uses itself. */
const PREFIX = 'source_';

/**
 * Attributes that Harper 4.7 cannot hold under their own name; test/suites/names.ts measures each:
 * - `then` is taken for a promise's and stops every thread; `toJSON` makes the row unreadable; `getRecord` and `getChanges` fail the write.
 * - `__createdtime__` and `__updatedtime__` are overwritten with Harper's own times.
 * - What every JavaScript object has (`constructor`, `toString`, `__proto__`, …) cannot be selected, nor read from a record.
 */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'then',
  'toJSON',
  'getRecord',
  'getChanges',
  '__createdtime__',
  '__updatedtime__',
]);

/**
 * Fields within a value: Harper's encoding renames `__proto__` and fails at `toJSON` beside `constructor`; a value with `then` or `getRecord` cannot
 * be selected by itself.
 */
const FIELDS: ReadonlySet<string> = new Set(['__proto__', 'then', 'toJSON', 'getRecord']);

/** Why a column or field is stored under another name than its own, as the end of a sentence. */
export function whyRenamed(name: string, taken: ReadonlySet<string>): string {
  if (taken.has(name)) return 'the target uses that name itself';
  if (isReservedAttribute(name)) return 'Harper uses that name itself';
  return `a name that Harper uses is stored with ${PREFIX} before it, and so the two stay apart`;
}

/** Names with `$` mean Harper's own data in a search. */
function isReservedAttribute(name: string): boolean {
  return name.startsWith('$') || ATTRIBUTES.has(name);
}

/**
 * Where a column is stored, given the names that the target has taken besides. A taken name gets `source_` before it, and so does one that is taken
 * but for such prefixes: `then` becomes `source_then`, and `source_then` becomes `source_source_then`. So no two columns ever meet, and a column that
 * the source gets later moves no other.
 */
export function storedAttribute(column: string, taken: ReadonlySet<string>): string {
  const root = rootOf(column, (name) => taken.has(name) || isReservedAttribute(name));
  if (root === undefined) return column;
  // Beyond all that are taken: a target's primary key may itself be called `source_id`.
  const steps = [...taken].filter((name) => name.endsWith(root)).map((name) => prefixesOf(name.slice(0, -root.length)) + 1);
  return PREFIX.repeat(Math.max(1, ...steps)) + column;
}

/** The name of a field of a STRUCT or of an object within JSON, by the same rule. */
export function storedField(field: string): string {
  return rootOf(field, isReservedField) === undefined ? field : PREFIX + field;
}

/** The field that is stored under a name. */
export function sourceField(stored: string): string {
  if (!stored.startsWith(PREFIX)) return stored;
  const field = stored.slice(PREFIX.length);
  return rootOf(field, isReservedField) === undefined ? stored : field;
}

function isReservedField(name: string): boolean {
  return FIELDS.has(name);
}

/** How often a text repeats the prefix and is nothing else; 0 for another text. */
function prefixesOf(text: string): number {
  const count = text.length / PREFIX.length;
  return Number.isInteger(count) && text === PREFIX.repeat(count) ? count : 0;
}

/** The shortest taken name among a name and what is left of it without prefixes. */
function rootOf(name: string, isTaken: (name: string) => boolean): string | undefined {
  let root: string | undefined;
  for (let rest = name; ; rest = rest.slice(PREFIX.length)) {
    if (isTaken(rest)) root = rest;
    if (!rest.startsWith(PREFIX)) return root;
  }
}

/** Whether a target can have its primary key under this name. */
export function isFreeAttribute(name: string): boolean {
  return rootOf(name, isReservedAttribute) === undefined;
}
