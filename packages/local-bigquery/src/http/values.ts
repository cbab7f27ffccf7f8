import { invalid } from './api-error.ts';
import { isObject } from './body.ts';

/** Whether a key of a request asks for something: absent, null, false and an empty list do not. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** A whole number that the wire may carry as text. */
export function parseCount(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw invalid(`Invalid value for ${name}: ${JSON.stringify(value)}`, name);
  }
  return number;
}

/** Text that a key of a request has, or a default when it is absent or null. */
export function textOr(value: unknown, fallback: string, name: string): string {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string') throw invalid(`Invalid value for ${name}: ${JSON.stringify(value)}`, name);
  return value;
}

/** A number in a query string, or undefined when it is not there. */
export function countParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value === null || value === '' ? undefined : parseCount(value, name);
}

export function parseLabels(value: unknown): Record<string, string> {
  if (!isSet(value)) return {};
  if (!isObject(value)) throw invalid('labels must be an object', 'labels');
  return Object.fromEntries(
    Object.entries(value).map(([key, label]) => {
      if (typeof label !== 'string') throw invalid(`Label ${key} must be text`, 'labels');
      return [key, label];
    }),
  );
}
