import type { TableName } from '@bqsync/synthesizer';
import { isTableExact, type Verdict } from '../verdict/verdict.ts';
import { columns, count, type Palette, seconds } from './format.ts';

/** The verdict as a table, and in words what differs. */
export function verdictLines({ tables, snapshot, exact, elapsedMs }: Verdict, paint: Palette): string[] {
  const zero = (value: number) => (value === 0 ? paint.dim('0') : paint.red(count(value)));
  const header = ['', 'generator', 'BigQuery', 'Harper', 'missing', 'extra', 'different', 'quarantined', ''].map((text) => paint.dim(text));
  const entries = Object.entries(tables) as [TableName, Verdict['tables'][TableName]][];
  const rows = entries.map(([name, table]) => [
    name,
    count(table.generatedRows),
    table.sourceRows === table.generatedRows ? count(table.sourceRows) : paint.red(count(table.sourceRows)),
    count(table.targetRows),
    zero(table.target.missing),
    zero(table.target.extra),
    zero(table.target.different),
    zero(table.quarantined),
    isTableExact(table) ? paint.green('✓ exact') : paint.red('✗ drift'),
  ]);
  const total = entries.reduce((sum, [, table]) => sum + table.sourceRows, 0);
  const words = entries.flatMap(([name, { source, target }]) => [
    ...target.examples.map((text) => `  ${paint.red('Harper')} ${name}: ${text}`),
    ...source.examples.map((text) => `  ${paint.red('BigQuery against the generator')} ${name}: ${text}`),
  ]);
  const head = exact ? paint.green(paint.bold('exact')) : paint.red(paint.bold('drift'));
  return [
    `${paint.bold('Verdict')}  ${head}  ${paint.dim(`every field of ${count(total)} rows, at the snapshot ${snapshot}, in ${seconds(elapsedMs)}`)}`,
    ...columns([header, ...rows], new Set([0, 8])).map((line) => `  ${line}`),
    ...words,
  ];
}
