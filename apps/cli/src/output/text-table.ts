export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Rows under titles, each column as wide as its widest cell. `paint` colours a cell after it was measured. */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, row: number | undefined, column: number) => string = (cell) => cell,
): string[] {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[], row: number | undefined): string =>
    columns
      .map(({ align }, at) => {
        const cell = cells[at] ?? '';
        const padding = ' '.repeat((widths[at] ?? 0) - cell.length);
        const painted = paint(cell, row, at);
        return align === 'right' ? padding + painted : painted + padding;
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      undefined,
    ),
    ...rows.map((row, at) => line(row, at)),
  ];
}
