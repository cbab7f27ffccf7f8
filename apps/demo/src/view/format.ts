/** Whether and how text is coloured. */
export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const CODES = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39], yellow: [33, 39], cyan: [36, 39] } as const;

export function palette(colours: boolean): Palette {
  const paint = (name: keyof typeof CODES) => (text: string) =>
    colours ? `\u001b[${CODES[name][0]}m${text}\u001b[${CODES[name][1]}m` : text;
  return { bold: paint('bold'), dim: paint('dim'), green: paint('green'), red: paint('red'), yellow: paint('yellow'), cyan: paint('cyan') };
}

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return numbers.format(value);
}

export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

export function bytes(value: number): string {
  let scaled = value;
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (scaled < 1000) return `${scaled < 10 && unit !== 'B' ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
    scaled /= 1000;
  }
  return `${scaled.toFixed(1)} TB`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar that grows by eighths of a character. */
export function bar(share: number, width: number): { readonly full: string; readonly rest: string } {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const full = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return { full, rest: '░'.repeat(Math.max(0, width - Math.ceil(eighths / 8))) };
}

const ESCAPES = /\u001b\[\d+m/g;

/** Characters that a text takes on the screen. */
export function widthOf(text: string): number {
  return text.replace(ESCAPES, '').length;
}

/** Rows of cells in columns as wide as they need to be; the first column and those named are flush left. */
export function columns(rows: readonly (readonly string[])[], left: ReadonlySet<number> = new Set([0])): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return left.has(index) ? cell + space : space + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}
