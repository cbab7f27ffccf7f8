/** A parameter's value: scalars and texts, or a list of them for `IN UNNEST(@name)`. */
export type ParamValue = string | number | bigint | boolean | readonly (string | number | bigint | boolean)[];

/** GoogleSQL type of a parameter; a list's type is the type of its elements in brackets, as the official client takes it. */
export type ParamType = string | readonly [string];

/** A statement ready to be sent: named parameters with their values and types, which have the same keys. */
export interface Statement {
  readonly sql: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly types: Readonly<Record<string, ParamType>>;
}

export function statement(
  sql: string,
  params: Readonly<Record<string, ParamValue>> = {},
  types: Readonly<Record<string, ParamType>> = {},
): Statement {
  return { sql, params, types };
}
