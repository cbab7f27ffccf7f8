export interface Span {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Length of the marked part on that line. */
  readonly length: number;
}

const WIDTH = 120;

/** The line of a place between its neighbours, numbered, the place marked underneath. */
export function codeFrame(lines: readonly string[], { line, column, length }: Span): string {
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const gutter = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    // A tab would shift the marker; a terminal must not act on what a file contains.
    const content = (lines[number - 1] ?? '').replaceAll('\t', ' ').replace(/\p{Cc}/gu, '?');
    const shown = content.length > WIDTH ? `${content.slice(0, WIDTH)}…` : content;
    out.push(`${number === line ? '>' : ' '} ${String(number).padStart(gutter)} | ${shown}`.trimEnd());
    if (number !== line) continue;
    const from = Math.min(column - 1, content.length, WIDTH);
    const marks = Math.max(1, Math.min(length, content.length - from, WIDTH - from));
    out.push(`  ${' '.repeat(gutter)} | ${' '.repeat(from)}${'^'.repeat(marks)}`);
  }
  return out.join('\n');
}
