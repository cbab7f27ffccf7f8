import { type BqsyncError, ERROR_CODES, type ErrorCode, EXIT_CODES } from '@bqsync/errors';

export type FindingLevel = 'ok' | 'warning' | 'error';

/** One thing that `check` looked at. */
export interface Finding {
  readonly level: FindingLevel;
  /** The table's id; absent: of the whole configuration. */
  readonly table?: string | undefined;
  readonly check: 'config' | 'credentials' | 'access' | 'source' | 'exactness' | 'key' | 'target' | 'schema' | 'types' | 'price' | 'limits';
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
  /** Of an error. */
  readonly code?: ErrorCode | undefined;
}

export function failure(check: Finding['check'], table: string | undefined, error: BqsyncError): Finding {
  return { level: 'error', table, check, message: error.message, fix: error.hint, code: error.code };
}

/** 0 without errors, else the code of the group of errors that comes first on the way from the configuration to the target. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const codes = findings.filter(({ level }) => level === 'error').map(({ code }) => EXIT_CODES[ERROR_CODES[code ?? 'BQS_INTERNAL'].group]);
  const known = codes.filter((code) => code !== EXIT_CODES.internal);
  if (known.length > 0) return Math.min(...known);
  return codes.length > 0 ? EXIT_CODES.internal : 0;
}
