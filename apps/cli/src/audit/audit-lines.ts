import type { Colours } from '../output/colours.ts';
import { formatCount } from '../output/format.ts';
import { textTable } from '../output/text-table.ts';
import type { AuditRecord } from './audit-records.ts';

const SAMPLE_LENGTH = 160;
const KEY_LENGTH = 40;

/** Records for people: a table, and under it each record's message and sample. */
export function auditLines(shown: readonly AuditRecord[], more: boolean, { dim }: Colours): string[] {
  if (shown.length === 0) return ['no records'];
  const columns = [
    { title: 'ID' },
    { title: 'TABLE' },
    { title: 'REASON' },
    { title: 'KEY' },
    { title: 'COUNT', align: 'right' },
    { title: 'LAST' },
  ] as const;
  const [title = '', ...rows] = textTable(
    columns,
    shown.map(({ id, table, reason, key, count, timestamp }) => [
      id,
      table,
      reason,
      key === null ? '-' : cut(key, KEY_LENGTH),
      formatCount(count),
      timestamp,
    ]),
    (cell, row) => (row === undefined ? dim(cell) : cell),
  );
  return [
    title,
    ...rows.flatMap((row, at) => {
      const record = shown[at];
      if (record === undefined) return [row];
      return [row, `  ${record.message}`, ...(record.sample === '' ? [] : [`  ${dim(cut(record.sample, SAMPLE_LENGTH))}`])];
    }),
    ...(more ? [`more than ${formatCount(shown.length)}: give --limit, --table or --reason`] : []),
  ];
}

function cut(text: string, length: number): string {
  // Control characters of a row's content are not the terminal's.
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > length ? `${plain.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : plain;
}
