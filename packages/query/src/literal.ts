import { BqsyncError } from '@bqsync/errors';

/** The types that a cursor, and so a bound, may have. */
export type CursorType = 'TIMESTAMP' | 'DATETIME' | 'DATE';

const PATTERNS: Readonly<Record<CursorType, RegExp>> = {
  TIMESTAMP: /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{6}Z$/,
  DATETIME: /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{6}$/,
  DATE: /^(\d{4}-\d\d-\d\d)$/,
};

const EXAMPLES: Readonly<Record<CursorType, string>> = {
  TIMESTAMP: '2026-01-01T00:00:00.000000Z',
  DATETIME: '2026-01-01T00:00:00.000000',
  DATE: '2026-01-01',
};

/** The least value of each type: what a filter that leaves nothing out compares with. */
export const LEAST: Readonly<Record<CursorType, string>> = {
  TIMESTAMP: '0001-01-01T00:00:00.000000Z',
  DATETIME: '0001-01-01T00:00:00.000000',
  DATE: '0001-01-01',
};

/**
 * A typed constant, `TIMESTAMP '2026-01-01T00:00:00.000000Z'`. Partitions are pruned by constants, so bounds are put into the text;
 * only the one canonical form of an existing instant, years 0001 to 9999, is accepted.
 *
 * @throws `BQS_USAGE` for any other text.
 */
export function literal(type: CursorType, text: string): string {
  const match = PATTERNS[type].exec(text);
  if (!match || !exists(match[1] ?? '', match[2] ?? '00:00:00')) {
    throw new BqsyncError('BQS_USAGE', `${JSON.stringify(text.slice(0, 60))} is not a ${type} bound`, {
      hint: `write it as ${EXAMPLES[type]}`,
    });
  }
  return `${type} '${text}'`;
}

function exists(day: string, time: string): boolean {
  if (day < LEAST.DATE) return false;
  const at = new Date(`${day}T${time}Z`);
  // A Date rolls 30 February over into March, so the text must come back unchanged.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${day}T${time}`);
}
