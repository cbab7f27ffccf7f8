/** Microseconds since 1970-01-01T00:00:00Z, negative before. Never a float: a double is exact only up to 2^53 and a `Date` only to the millisecond. */
export type Micros = bigint & { readonly __unit: 'micros' };

export function micros(value: bigint): Micros {
  return value as Micros;
}
