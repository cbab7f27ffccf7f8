import type { Value } from '@bqsync/core';
import { compiledOr, literalName } from '../compiled.ts';
import { setOwn } from '../decode-json.ts';

/** Makes objects of columns of at least `length` values, each with the same names in the same order. */
export type RowBuilder = (columns: readonly (readonly Value[])[], length: number) => Record<string, Value>[];

/**
 * A builder of rows with these names. It is compiled to one object literal, which makes a row in a tenth of the time that setting its
 * values by name takes.
 */
export function rowBuilder(names: readonly string[]): RowBuilder {
  return compiledOr(
    () => compiledBuilder(names),
    () => plainBuilder(names),
  );
}

export function compiledBuilder(names: readonly string[]): RowBuilder {
  const columns = names.map((_, at) => `c${at}`);
  const fields = names.map((name, at) => `${literalName(name)}: c${at}[at]`);
  const code = `const [${columns.join(', ')}] = columns;
const rows = new Array(length);
for (let at = 0; at < length; at++) rows[at] = { ${fields.join(', ')} };
return rows;`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- only a literal gives every row its shape at once
  return new Function('columns', 'length', code) as RowBuilder;
}

/** The same without code from texts. Copying a ready object keeps one shape for all rows. */
export function plainBuilder(names: readonly string[]): RowBuilder {
  const template: Record<string, Value> = {};
  for (const name of names) setOwn(template, name, null);
  return (columns, length) => {
    const rows = Array.from({ length }, () => ({ ...template }));
    for (const [index, name] of names.entries()) {
      const values = columns[index] ?? [];
      for (const [at, row] of rows.entries()) setOwn(row, name, values[at] as Value);
    }
    return rows;
  };
}
