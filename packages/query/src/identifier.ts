import { BqsyncError } from '@bqsync/errors';

/** A table by its three names, unquoted. `project` may carry a domain: `example.com:my-project`. */
export interface TableReference {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

interface Rule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly maxBytes: number;
  readonly allowed: string;
}

// https://cloud.google.com/bigquery/docs/tables#table_naming, /datasets#dataset-naming, /schemas#flexible-column-names.
// No rule lets a backtick, a backslash, a dot or a control character through: nothing that passes can end a quoted identifier.
const PROJECT: Rule = {
  what: 'project',
  pattern: /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:)?[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  maxBytes: 128,
  allowed: 'lower case letters, digits and dashes, begins with a letter, may have a domain before it (example.com:my-project)',
};
const DATASET: Rule = { what: 'dataset', pattern: /^\w+$/, maxBytes: 1024, allowed: 'letters, digits and underscores' };
const TABLE: Rule = {
  what: 'table',
  pattern: /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u,
  maxBytes: 1024,
  allowed: 'letters, digits, underscores, dashes and spaces; one table, without wildcard or $decorator',
};
const COLUMN: Rule = {
  what: 'column',
  pattern: /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}\t&%=+:'<>#|]+$/u,
  maxBytes: 1200,
  allowed: "letters, digits, underscores, dashes, spaces and & % = + : ' < > # |, at most 300 characters",
};
const MAX_COLUMN_CHARACTERS = 300;

/** Aliases of this package begin with it; no column of a statement that uses them may. */
const RESERVED_PREFIX = '_bqsync_';

/**
 * A column or field name in backticks. Every name is quoted, so reserved words need no list.
 *
 * @throws `BQS_IDENTIFIER_INVALID` naming the identifier.
 */
export function quoteColumn(name: string): string {
  check(COLUMN, name);
  if (Array.from(name).length > MAX_COLUMN_CHARACTERS) throw invalid(COLUMN, name);
  return `\`${name}\``;
}

/**
 * A path to a nested field, `address.city` as `` `address`.`city` ``. A dot is never part of a name.
 *
 * @throws `BQS_IDENTIFIER_INVALID` naming the part that is wrong.
 */
export function quotePath(path: string): string {
  return path.split('.').map(quoteColumn).join('.');
}

/**
 * A table in one pair of backticks, as dashes and domains in project names need it.
 *
 * @throws `BQS_IDENTIFIER_INVALID` naming the part that is wrong.
 */
export function quoteTable(reference: TableReference): string {
  check(PROJECT, reference.project);
  check(DATASET, reference.dataset);
  check(TABLE, reference.table);
  return `\`${reference.project}.${reference.dataset}.${reference.table}\``;
}

/** A view of `INFORMATION_SCHEMA` of the table's dataset. */
export function quoteInformationSchema(reference: TableReference, view: 'PARTITIONS' | 'COLUMNS'): string {
  check(PROJECT, reference.project);
  check(DATASET, reference.dataset);
  return `\`${reference.project}.${reference.dataset}.INFORMATION_SCHEMA.${view}\``;
}

/** Quoted columns joined by commas, in the given order; refuses none, a repetition and, on request, our own aliases. */
export function quoteColumns(names: readonly string[], options: { readonly unreserved?: boolean } = {}): string {
  if (names.length === 0) {
    throw new BqsyncError('BQS_IDENTIFIER_INVALID', 'a statement needs at least one column', { hint: 'list at least one column' });
  }
  const seen = new Set<string>();
  for (const name of names) {
    // BigQuery compares column names without case.
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      throw new BqsyncError('BQS_IDENTIFIER_INVALID', `column ${shown(name)} is listed twice`, {
        hint: 'column names are compared without case; list each once',
        context: { identifier: name },
      });
    }
    if (options.unreserved === true && folded.startsWith(RESERVED_PREFIX)) {
      throw new BqsyncError('BQS_IDENTIFIER_INVALID', `column ${shown(name)} begins with ${RESERVED_PREFIX}, which bqsync uses itself`, {
        hint: 'leave the column out of the list of columns, or rename it in BigQuery',
        context: { identifier: name },
      });
    }
    seen.add(folded);
  }
  return names.map(quoteColumn).join(', ');
}

function check(rule: Rule, name: string): void {
  if (!rule.pattern.test(name) || new TextEncoder().encode(name).length > rule.maxBytes) throw invalid(rule, name);
}

function invalid(rule: Rule, name: string): BqsyncError {
  return new BqsyncError('BQS_IDENTIFIER_INVALID', `${shown(name)} is not a BigQuery ${rule.what} name`, {
    hint: `a ${rule.what} name has ${rule.allowed}`,
    context: { identifier: name.slice(0, 100) },
  });
}

function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
