import { BqsyncError } from '@bqsync/errors';

/** One thing wrong with a configuration, for programs: editors, dashboards, `--json`. */
export interface ConfigIssue {
  /** As it was given to {@link loadConfig}; absent for a plain object. */
  readonly file?: string | undefined;
  /** From 1; absent for a plain object. */
  readonly line?: number | undefined;
  /** From 1, in UTF-16 code units; absent for a plain object. */
  readonly column?: number | undefined;
  /** Such as `bigquery.tables[0].id`; empty for the file as a whole. */
  readonly path: string;
  /** Such as `is an unknown key`. Never holds a credential, nor a value of an environment variable. */
  readonly message: string;
  readonly hint?: string | undefined;
}

const SHOWN = 50;

/**
 * `BQS_CONFIG_INVALID` with everything that is wrong, in the order of the file. The message has a line
 * `file:line:column path message` for each, with the lines around it where there is a file.
 */
export class ConfigError extends BqsyncError {
  readonly issues: readonly ConfigIssue[];

  constructor(
    issues: readonly ConfigIssue[],
    frames: readonly (string | undefined)[] = [],
    options: { readonly file?: string | undefined; readonly cause?: unknown } = {},
  ) {
    const count = issues.length === 1 ? '1 error' : `${issues.length} errors`;
    const shown = issues.slice(0, SHOWN).map((issue, index) => {
      const frame = frames[index];
      return frame === undefined ? formatIssue(issue) : `${formatIssue(issue)}\n${frame}`;
    });
    const rest = issues.length > SHOWN ? [`and ${issues.length - SHOWN} more`] : [];
    super('BQS_CONFIG_INVALID', [`${count} in the configuration`, ...shown, ...rest].join('\n\n'), {
      hint: issues.length === 1 ? issues[0]?.hint : undefined,
      context: { file: options.file, issues: issues.length },
      cause: options.cause,
    });
    this.issues = issues;
  }

  override toJSON(): ReturnType<BqsyncError['toJSON']> & { issues: readonly ConfigIssue[] } {
    return { ...super.toJSON(), issues: this.issues };
  }
}

/** `file:line:column path message; hint`, without what is absent. */
function formatIssue({ file, line, column, path, message, hint }: ConfigIssue): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${[place, path, message].filter((part) => part !== '').join(' ')}${hint === undefined ? '' : `; ${hint}`}`;
}
