import type { SeededBug } from './seeded-bug.ts';

const BEGIN = '<!-- bugs: written by pnpm sim:bugs --write -->';
const END = '<!-- /bugs -->';

export type Seeds = Readonly<Partial<Record<string, number>>>;

/** What was put in, where, and by which schedule it was found. */
export function bugTable(bugs: readonly SeededBug[], seeds: Seeds): string {
  const rows = bugs.map(({ id, what, lesson, program, edits }) => {
    const places = [...new Set(edits.map(({ file }) => file.split('/')[0] ?? ''))].join(', ');
    return [`\`${id}\``, what, lesson, places, program, String(seeds[id] ?? 'not found')];
  });
  const lines = [
    ['bug', 'what goes wrong', 'lesson or rule', 'in', 'schedules of', 'needed'],
    ['---', '---', '---', '---', '---', '---:'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The document with the table put in its place. */
export function withTable(document: string, table: string): string {
  const [before, rest = ''] = document.split(BEGIN);
  const after = rest.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('the document has no place for the table of bugs');
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`;
}
