import { type Row, writeValue } from '@bqsync/core';

const SAMPLE_LENGTH = 1_000;
const VALUE_LENGTH = 200;

/**
 * What quarantine keeps of a row: at most 1,000 characters. Not by JSON.stringify of the whole: Harper gives BigInt a `toJSON` that throws
 * before a replacer is asked.
 */
export function sampleOf(row: Row): string {
  const parts = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}:${cut(writeValue(value), VALUE_LENGTH)}`);
  return cut(`{${parts.join(',')}}`, SAMPLE_LENGTH);
}

/** At most `length` characters, never half of a surrogate pair: that could not be stored. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]$/.test(text.slice(0, length - 1)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
