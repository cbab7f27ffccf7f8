import { invalid } from '../http/api-error.ts';
import { countParameter } from '../http/values.ts';

/** An opaque token that carries numbers. */
export function encodeToken(...values: readonly (number | bigint)[]): string {
  return Buffer.from(values.join('.')).toString('base64url');
}

export function decodeToken(token: string, parts: number): bigint[] {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  const values = text.split('.');
  if (values.length !== parts || !values.every((value) => /^\d+$/.test(value))) throw invalid(`Invalid page token ${token}`, 'pageToken');
  return values.map(BigInt);
}

/** A page of a list by `maxResults` and `pageToken`. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams): { items: readonly T[]; nextPageToken: { nextPageToken?: string } } {
  const token = query.get('pageToken');
  const [start = 0n] = token ? decodeToken(token, 1) : [];
  const end = Number(start) + (countParameter(query, 'maxResults') ?? 1000);
  return { items: all.slice(Number(start), end), nextPageToken: end < all.length ? { nextPageToken: encodeToken(end) } : {} };
}
