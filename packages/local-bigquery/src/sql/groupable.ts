import { SqlError } from './contract.ts';
import { notSupported, type Place } from './place.ts';
import { type SqlType, ungroupable } from './types.ts';

/** Refuses values that nothing can be grouped by: `message` is BigQuery's own, for what it does not group either. */
export function requireGroupable(type: SqlType, what: string, message: string, at: Place): void {
  const found = ungroupable(type);
  if (found === 'INTERVAL') throw notSupported(`${what} of INTERVAL`, at);
  if (found !== undefined) throw new SqlError(message, at);
}
