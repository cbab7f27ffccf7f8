import type { WindowSpec } from './ast.ts';
import type { Ctes, Environment } from './environment.ts';
import type { Scope } from './scope.ts';
import type { BaseColumn } from './typed.ts';

/** The keys of GROUP BY by their DuckDB text; all else must be inside an aggregate. */
export interface Grouping {
  readonly keys: ReadonlySet<string>;
}

/** Where an expression stands. */
export interface Context {
  readonly env: Environment;
  readonly scope: Scope;
  readonly ctes: Ctes;
  /** Collects the table columns that the expression reads. */
  readonly uses: Set<BaseColumn>;
  /** The clause, for messages. */
  readonly clause: string;
  readonly aggregates: boolean;
  readonly windows: boolean;
  /** The windows of the WINDOW clause, by lower-case name. */
  readonly namedWindows?: ReadonlyMap<string, WindowSpec>;
  /** Set where only grouped expressions and aggregates are allowed. */
  readonly grouping?: Grouping;
}

/** The same place without GROUP BY's say. */
export function ungrouped(context: Context): Context {
  const copy: Context & { grouping?: Grouping } = { ...context };
  delete copy.grouping;
  return copy;
}

/** The context of what stands inside an aggregate's arguments. */
export function insideAggregate(context: Context): Context {
  return { ...ungrouped(context), clause: 'an aggregate function', aggregates: false, windows: false };
}
