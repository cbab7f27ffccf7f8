import type { Line, Result } from './line.ts';

/** `{"line","value","baseline","ratio","target","met"}` */
export function jsonLine({ line, value, baseline, ratio, met }: Result): string {
  const { target } = line;
  const bound = 'atLeast' in target ? target.atLeast : target.atMost;
  return JSON.stringify({ line: line.name, value: rounded(value), baseline: rounded(baseline), ratio: rounded(ratio), target: bound, met });
}

export function tableHead(): string {
  return row(['line', 'against', 'measured', 'baseline', 'ratio', 'target', '']);
}

export function tableRow({ line, value, baseline, ratio, met, note }: Result): string {
  const cells = [
    line.title,
    line.against,
    `${shown(value)} ${line.unit}`,
    shown(baseline),
    shown(ratio),
    targetText(line),
    met ? 'met' : 'NOT MET',
  ];
  return note === undefined ? row(cells) : `${row(cells)}\n    ${note}`;
}

function targetText({ target }: Line): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

const WIDTHS = [58, 50, 18, 9, 6, 6, 0];

function row(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (at >= 2 && at <= 5 ? cell.padStart(WIDTHS[at] ?? 0) : cell.padEnd(WIDTHS[at] ?? 0)))
    .join('  ')
    .trimEnd();
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function shown(value: number): string {
  const fine = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: fine });
}
