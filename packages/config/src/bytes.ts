import { MINIMUM_BYTES_BILLED } from '@bqsync/core';
import type { Problem } from './problem.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40, P: 2 ** 50 };

/**
 * Reads an amount of bytes: a number, or text such as `10 GB` and `1.5 TiB`. Units are powers of 1024 with or without the `i`,
 * as BigQuery bills them.
 *
 * @returns whole bytes, or what is wrong
 */
export function parseBytes(value: number | string): number | Problem {
  const bytes = typeof value === 'number' ? value : parseText(value);
  if (bytes === undefined || !Number.isSafeInteger(bytes)) {
    return { message: 'is not an amount of bytes', hint: 'write a whole number of bytes, or an amount such as 10 GB' };
  }
  if (bytes < MINIMUM_BYTES_BILLED) {
    return {
      message: `is less than the ${MINIMUM_BYTES_BILLED} bytes (10 MB) that BigQuery bills for the smallest query, so no query could run`,
      hint: 'raise it, or leave it out for no limit',
    };
  }
  return bytes;
}

function parseText(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])i?)?b?$/i.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()];
  return match?.[1] === undefined || unit === undefined ? undefined : Math.floor(Number(match[1]) * unit);
}
