import type { Colours } from '../output/colours.ts';
import { plural } from '../output/format.ts';
import type { Finding } from './finding.ts';

/** Findings for people, by table. */
export function findingLines(findings: readonly Finding[], { bold, green, yellow, red, dim }: Colours): string[] {
  const mark = { ok: green('ok     '), warning: yellow('warning'), error: red('error  ') } as const;
  const lines: string[] = [];
  let table: string | undefined;
  for (const finding of findings) {
    if (finding.table !== undefined && finding.table !== table) lines.push('', bold(finding.table));
    table = finding.table ?? table;
    const [first = '', ...more] = finding.message.split('\n');
    lines.push(`${mark[finding.level]}  ${dim(finding.check.padEnd(11))} ${first}`, ...more);
    if (finding.fix !== undefined) lines.push(`${' '.repeat(9)}${dim('→'.padEnd(11))} ${finding.fix}`);
  }
  return lines;
}

/** `2 errors, 1 warning`. */
export function findingCounts(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const parts = [plural(count('error'), 'error'), plural(count('warning'), 'warning')].filter((text) => !text.startsWith('0 '));
  return parts.length === 0 ? 'everything is in order' : parts.join(', ');
}
