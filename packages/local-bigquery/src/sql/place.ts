import { SqlError } from './contract.ts';

/** Where a token stands in the statement; 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const syntaxError = (what: string, at: Place): SqlError => new SqlError(`Syntax error: ${what}`, at);

export const notSupported = (what: string, at: Place): SqlError => new SqlError(`Not supported by the local BigQuery: ${what}`, at);
