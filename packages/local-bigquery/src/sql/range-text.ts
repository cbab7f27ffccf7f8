import { formatDate, formatDatetime, parseDate, parseDatetime, parseTimestamp } from './civil-time.ts';
import type { RangeElement } from './types.ts';

/** The bounds of a RANGE: days since 1970 of a DATE, else microseconds; null is unbounded. */
export interface RangeBounds {
  readonly start: bigint | null;
  readonly end: bigint | null;
}

const PARSE: Readonly<Record<RangeElement, (text: string) => bigint | undefined>> = {
  DATE: parseDate,
  DATETIME: parseDatetime,
  TIMESTAMP: (text) => parseTimestamp(text),
};

/** `[start, end)`; undefined where the text is no range of such elements. */
export function parseRange(text: string, element: RangeElement): RangeBounds | undefined {
  const match = /^\[(.*), (.*)\)$/.exec(text);
  if (!match) return undefined;
  const bound = (written: string): bigint | null | undefined => (/^(unbounded|null)$/i.test(written) ? null : PARSE[element](written));
  const [start, end] = [bound(match[1] ?? ''), bound(match[2] ?? '')];
  if (start === undefined || end === undefined) return undefined;
  return start !== null && end !== null && start >= end ? undefined : { start, end };
}

/** The range as CAST writes it. */
export function rangeText({ start, end }: RangeBounds, element: RangeElement): string {
  const bound = (value: bigint | null): string => {
    if (value === null) return 'UNBOUNDED';
    if (element === 'DATE') return formatDate(value);
    return formatDatetime(value, ' ', 'thousands') + (element === 'TIMESTAMP' ? '+00' : '');
  };
  return `[${bound(start)}, ${bound(end)})`;
}
