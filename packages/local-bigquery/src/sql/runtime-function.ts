import type { Interval } from './interval.ts';

/** DuckDB types of a runtime function's arguments and result. A `numeric` is its value times 10^9. */
export interface RuntimeTypes {
  readonly int: bigint;
  readonly float: number;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly bool: boolean;
  readonly numeric: bigint;
  readonly interval: Interval;
}

export type RuntimeType = keyof RuntimeTypes;

type Arguments<P extends readonly RuntimeType[]> = { readonly [K in keyof P]: RuntimeTypes[P[K]] };

/** A scalar function that DuckDB calls. It never sees a NULL: DuckDB's answer to one is NULL. */
export interface RuntimeFunction {
  readonly parameters: readonly RuntimeType[];
  readonly returns: RuntimeType;
  readonly call: (args: readonly RuntimeTypes[RuntimeType][]) => RuntimeTypes[RuntimeType] | null;
}

/** Ties a function to the types that it is registered with. */
export function runtime<const P extends readonly RuntimeType[], R extends RuntimeType>(
  parameters: P,
  returns: R,
  call: (...args: Arguments<P>) => RuntimeTypes[R] | null,
): RuntimeFunction {
  return { parameters, returns, call: (args) => call(...(args as unknown as Arguments<P>)) };
}

export type RuntimeTable = Readonly<Record<string, RuntimeFunction>>;
