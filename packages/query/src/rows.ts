import { BqsyncError } from '@bqsync/errors';
import { quoteColumn, quoteColumns } from './identifier.ts';
import { type ParamValue, type Statement, statement } from './statement.ts';
import { type RowSelection, selects } from './window.ts';

export interface RowsInput extends RowSelection {
  /** The column to find rows by, its GoogleSQL type, and the values wanted; NULLs cannot be found so, NaN can. */
  readonly key: { readonly column: string; readonly type: string; readonly values: Extract<ParamValue, readonly unknown[]> };
}

const SCALAR = /^[A-Z][A-Z0-9]*$/;

/**
 * The selected rows whose key is one of the values, without order. A key without a row gives none. Scans what the range holds.
 *
 * @throws `BQS_IDENTIFIER_INVALID`; `BQS_USAGE` for a bound that is not canonical text or a type that is not a scalar's.
 */
export function rowsQuery(input: RowsInput): Statement {
  if (!SCALAR.test(input.key.type)) {
    throw new BqsyncError('BQS_USAGE', `${JSON.stringify(input.key.type.slice(0, 60))} is not a scalar type`, {
      hint: 'name the type of the key column, for example STRING',
    });
  }
  const column = quoteColumn(input.key.column);
  const isOne = `${column} IN UNNEST(@keys)`;
  // NaN is not equal to itself.
  const wantsNan = input.key.type === 'FLOAT64' && input.key.values.some((value) => String(value) === 'NaN');
  return statement(
    selects(quoteColumns(input.columns), input, wantsNan ? `(${isOne} OR IS_NAN(${column}))` : isOne),
    { keys: input.key.values },
    { keys: [input.key.type] },
  );
}
