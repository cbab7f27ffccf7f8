import { SqlError } from './contract.ts';

/** Where a token stands in the statement; 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const syntaxError = (what: string, at: Place): SqlError => new SqlError(`Syntax error: ${what}`, at);

/** A function of GoogleSQL's that is not there. */
export const unknownHere = (name: string, at: Place): SqlError =>
  new SqlError(`bqsync's local BigQuery does not know ${name} (the real one does)`, at);

export const notSupported = (what: string, at: Place): SqlError => new SqlError(`Not supported by the local BigQuery: ${what}`, at);
