import { ApiError } from '../http/api-error.ts';
import type { Call } from '../http/router.ts';

/** A parameter of the path, which the route's pattern guarantees. */
export function parameter(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new ApiError('internalError', `the route has no parameter ${name}`);
  return value;
}
