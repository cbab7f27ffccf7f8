import type { Name } from './ast.ts';
import { SqlError } from './contract.ts';
import { notSupported } from './place.ts';
import type { BaseColumn } from './typed.ts';
import type { SqlType } from './types.ts';

export interface ScopeColumn {
  readonly name: string | undefined;
  readonly type: SqlType;
  readonly sql: string;
  /** What is read from tables when this column is read. */
  readonly uses: ReadonlySet<BaseColumn>;
  /** The column is one of a table, unchanged. */
  readonly base?: BaseColumn;
}

/** A name that FROM introduces: a table, a subquery, or the elements of an array. */
export interface RangeVariable {
  readonly alias: string | undefined;
  readonly columns: readonly ScopeColumn[];
  /** Columns that `*` leaves out: `_PARTITIONTIME` and its like. */
  readonly hidden?: readonly ScopeColumn[];
  /** Elements of an array: the variable is this value itself. */
  readonly element?: ScopeColumn;
  /** On the side of an outer join that may have no row. */
  readonly nullable: boolean;
}

/** `ungrouped`: GROUP BY has no say over it, since it is the result's own or of an outer query. */
export type Found =
  | { readonly kind: 'variable'; readonly variable: RangeVariable; readonly ungrouped: boolean }
  | { readonly kind: 'column'; readonly column: ScopeColumn; readonly ungrouped: boolean };

/** The names that expressions of a query see. */
export class Scope {
  readonly variables: readonly RangeVariable[];
  /** Columns of JOIN … USING: once, before all others. */
  readonly merged: readonly ScopeColumn[];
  readonly parent: Scope | undefined;
  /** Aliases of the SELECT list, where a clause sees them: before all others. */
  readonly outputs: readonly ScopeColumn[];

  constructor(
    variables: readonly RangeVariable[],
    merged: readonly ScopeColumn[] = [],
    parent?: Scope,
    outputs: readonly ScopeColumn[] = [],
  ) {
    this.variables = variables;
    this.merged = merged;
    this.parent = parent;
    this.outputs = outputs;
  }

  withOutputs(outputs: readonly ScopeColumn[]): Scope {
    return new Scope(this.variables, this.merged, this.parent, outputs);
  }

  find(name: Name): Found | undefined {
    const key = name.text.toLowerCase();
    const output = this.outputs.find((c) => c.name?.toLowerCase() === key);
    if (output) return { kind: 'column', column: output, ungrouped: true };
    const variables = this.variables.filter((v) => v.alias?.toLowerCase() === key);
    if (variables.length > 1) throw new SqlError(`Duplicate table alias ${name.text} in the same FROM clause`, name.at);
    if (variables[0]) return { kind: 'variable', variable: variables[0], ungrouped: false };
    const merged = this.merged.find((c) => c.name?.toLowerCase() === key);
    if (merged) return { kind: 'column', column: merged, ungrouped: false };
    const named = (list: readonly ScopeColumn[] = []): readonly ScopeColumn[] => list.filter((c) => c.name?.toLowerCase() === key);
    const visible = this.variables.flatMap((v) => named(v.columns));
    const columns = visible.length > 0 ? visible : this.variables.flatMap((v) => named(v.hidden));
    if (columns.length > 1) throw new SqlError(`Column name ${name.text} is ambiguous`, name.at);
    if (columns[0]) return { kind: 'column', column: columns[0], ungrouped: false };
    const outer = this.parent?.find(name);
    return outer && { ...outer, ungrouped: true };
  }

  /** The columns of `*`, in order. */
  star(): readonly ScopeColumn[] {
    const hidden = new Set(this.merged.map((c) => c.name?.toLowerCase()));
    const rest = this.variables.flatMap((v) => v.columns).filter((c) => c.name === undefined || !hidden.has(c.name.toLowerCase()));
    return [...this.merged, ...rest];
  }

  unrecognized(name: Name): SqlError {
    const near = nearest(name.text, this.#names());
    return new SqlError(`Unrecognized name: ${name.text}${near === undefined ? '' : `; Did you mean ${near}?`}`, name.at);
  }

  #names(): string[] {
    const own = this.variables.flatMap((v) => [v.alias, ...v.columns.map((c) => c.name)]).filter((n) => n !== undefined);
    return this.parent ? [...own, ...this.parent.#names()] : own;
  }
}

export function fieldNamed<F extends { readonly name?: string | undefined }>(
  fields: readonly F[],
  name: Name,
): { field: F; index: number } | undefined {
  const found = fields
    .map((field, index) => ({ field, index }))
    .filter(({ field }) => field.name?.toLowerCase() === name.text.toLowerCase());
  if (found.length > 1) throw notSupported(`the ambiguous field name ${name.text}`, name.at);
  return found[0];
}

/** The candidate that is a slip of the pen away, if there is one. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(name.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
