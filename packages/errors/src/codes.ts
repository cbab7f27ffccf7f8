/** What the process exit code of a command is when it ends with an error of a group; 0 is success, 1 an unexpected fault. */
export const EXIT_CODES = {
  usage: 2,
  config: 3,
  source: 4,
  target: 5,
  drift: 6,
  interrupted: 130,
  internal: 1,
} as const;

export type ErrorGroup = keyof typeof EXIT_CODES;

interface CodeEntry {
  readonly group: ErrorGroup;
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/**
 * Every error code of bqsync: the one registry. A code never changes its meaning.
 * Retry policies read `retryable`; commands read `group` for their exit code.
 */
export const ERROR_CODES = {
  BQS_USAGE: { group: 'usage', retryable: false, meaning: 'A command line or an argument cannot be understood.' },
  BQS_CONFIG_INVALID: { group: 'config', retryable: false, meaning: 'The configuration has errors; each is listed with its place.' },
  BQS_CONFIG_UNREADABLE: { group: 'config', retryable: false, meaning: 'The configuration file cannot be read.' },
  BQS_IDENTIFIER_INVALID: { group: 'config', retryable: false, meaning: 'A name is not a valid BigQuery or target identifier.' },

  BQS_SOURCE_UNREACHABLE: { group: 'source', retryable: true, meaning: 'The source did not answer, or the connection broke.' },
  BQS_SOURCE_UNAVAILABLE: {
    group: 'source',
    retryable: true,
    meaning: 'The source answered with a temporary fault (5xx, backend or internal error).',
  },
  BQS_SOURCE_RATE_LIMITED: { group: 'source', retryable: true, meaning: 'The source asks for fewer calls.' },
  BQS_SOURCE_QUOTA_EXCEEDED: { group: 'source', retryable: true, meaning: 'A quota of the source is used up; it frees with time.' },
  BQS_SOURCE_JOB_FAILED: { group: 'source', retryable: true, meaning: 'A job failed for a reason of the source; a new job may succeed.' },
  BQS_SOURCE_WINDOW_EXPIRED: {
    group: 'source',
    retryable: true,
    meaning: 'The result of a window is gone or changed; the window must be opened anew.',
  },
  BQS_SOURCE_NOT_FOUND: { group: 'source', retryable: false, meaning: 'A project, dataset, table or job does not exist.' },
  BQS_SOURCE_COLUMN_MISSING: { group: 'source', retryable: false, meaning: 'A configured column is not in the source table.' },
  BQS_SOURCE_DENIED: { group: 'source', retryable: false, meaning: 'The credentials do not allow the call.' },
  BQS_SOURCE_UNAUTHENTICATED: { group: 'source', retryable: false, meaning: 'There are no usable credentials.' },
  BQS_SOURCE_QUERY_INVALID: { group: 'source', retryable: false, meaning: 'The source refused a statement.' },
  BQS_SOURCE_UNSUPPORTED: {
    group: 'source',
    retryable: false,
    meaning: 'The source table is of a kind or has a type that bqsync does not read.',
  },
  BQS_SOURCE_BYTES_LIMIT: { group: 'source', retryable: false, meaning: 'A query would scan more than maxBytesBilledPerQuery.' },
  BQS_SOURCE_RESULT_LIMIT: {
    group: 'source',
    retryable: false,
    meaning: 'The result of a query would be larger than BigQuery keeps (10 GB compressed); the query is not sent again.',
  },
  BQS_SOURCE_LOCATION: { group: 'source', retryable: false, meaning: 'The configured location is not the location of the dataset.' },
  BQS_SOURCE_PROTOCOL: { group: 'source', retryable: true, meaning: 'The source answered with something that breaks its protocol.' },

  BQS_TARGET_MISSING: { group: 'target', retryable: false, meaning: 'The target table does not exist and createTables is off.' },
  BQS_TARGET_INCOMPATIBLE: { group: 'target', retryable: false, meaning: 'The target table cannot hold what the source table has.' },
  BQS_TARGET_UNAVAILABLE: { group: 'target', retryable: true, meaning: 'The target did not answer or refused for a temporary reason.' },
  BQS_TARGET_COMMIT_FAILED: { group: 'target', retryable: true, meaning: 'A commit failed; nothing of it was stored.' },
  BQS_TARGET_DENIED: { group: 'target', retryable: false, meaning: 'The target refused the user.' },

  BQS_STATE_DAMAGED: { group: 'target', retryable: true, meaning: 'A state record cannot be read; its window is read again.' },
  BQS_FENCED: {
    group: 'target',
    retryable: true,
    meaning: 'Another run of the same worker or another window has taken over; nothing was stored.',
  },
  BQS_UNIT_MOVED: {
    group: 'target',
    retryable: true,
    meaning: 'Another thread has gone on with a unit of a shared window; nothing was stored.',
  },
  BQS_BUDGET_EXHAUSTED: {
    group: 'source',
    retryable: true,
    meaning: 'The daily byte budget of a table is used up; it is paused until the next day.',
  },
  BQS_DRIFT: { group: 'drift', retryable: false, meaning: 'Source and target differ.' },
  BQS_ABORTED: { group: 'interrupted', retryable: false, meaning: 'The caller asked to stop.' },
  BQS_INTERNAL: { group: 'internal', retryable: false, meaning: 'A fault of bqsync itself.' },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
