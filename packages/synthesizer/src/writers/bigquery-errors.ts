import { BqsyncError, type ErrorCode } from '@bqsync/errors';

/** The parts of the official client's errors that say what went wrong; they come as several classes. */
interface VendorError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: number | string;
  readonly errors?: readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
  }[];
}

const BY_REASON: Readonly<Record<string, ErrorCode>> = {
  rateLimitExceeded: 'BQS_SOURCE_RATE_LIMITED',
  jobRateLimitExceeded: 'BQS_SOURCE_RATE_LIMITED',
  quotaExceeded: 'BQS_SOURCE_QUOTA_EXCEEDED',
  backendError: 'BQS_SOURCE_UNAVAILABLE',
  internalError: 'BQS_SOURCE_UNAVAILABLE',
  jobBackendError: 'BQS_SOURCE_JOB_FAILED',
  jobInternalError: 'BQS_SOURCE_JOB_FAILED',
  tableUnavailable: 'BQS_SOURCE_UNAVAILABLE',
  timeout: 'BQS_SOURCE_UNAVAILABLE',
  accessDenied: 'BQS_SOURCE_DENIED',
  notFound: 'BQS_SOURCE_NOT_FOUND',
  invalidQuery: 'BQS_SOURCE_QUERY_INVALID',
  invalid: 'BQS_SOURCE_QUERY_INVALID',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'BQS_SOURCE_QUERY_INVALID',
  401: 'BQS_SOURCE_UNAUTHENTICATED',
  403: 'BQS_SOURCE_DENIED',
  404: 'BQS_SOURCE_NOT_FOUND',
  429: 'BQS_SOURCE_RATE_LIMITED',
  500: 'BQS_SOURCE_UNAVAILABLE',
  502: 'BQS_SOURCE_UNAVAILABLE',
  503: 'BQS_SOURCE_UNAVAILABLE',
  504: 'BQS_SOURCE_UNAVAILABLE',
};

const HINTS: Partial<Record<ErrorCode, string>> = {
  BQS_SOURCE_UNREACHABLE: 'check apiEndpoint and the network; is the local BigQuery running?',
  BQS_SOURCE_UNAUTHENTICATED: 'give a key file as credentials, or run gcloud auth application-default login',
  BQS_SOURCE_DENIED: 'the account needs the roles BigQuery Data Editor on the dataset and BigQuery Job User on the project',
  BQS_SOURCE_NOT_FOUND: 'check project, dataset and location; initialize creates the dataset and its tables',
  BQS_SOURCE_QUOTA_EXCEEDED: 'wait, or write larger batches less often',
};

const CONNECTION = /^(ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOST|ENETUNREACH|UND_ERR|ERR_STREAM_PREMATURE_CLOSE)/;

function codeOf(error: VendorError, reason: string | undefined): ErrorCode {
  const byReason = reason === undefined ? undefined : BY_REASON[reason];
  if (byReason !== undefined) return byReason;
  const status = Number(error.code);
  if (status in BY_STATUS) return BY_STATUS[status] as ErrorCode;
  if (typeof error.code === 'string' && CONNECTION.test(error.code)) return 'BQS_SOURCE_UNREACHABLE';
  if (/socket hang up|fetch failed|ECONNREFUSED|ECONNRESET/.test(error.message ?? '')) return 'BQS_SOURCE_UNREACHABLE';
  if (/could not load the default credentials|could not refresh access token|invalid_grant/i.test(error.message ?? ''))
    return 'BQS_SOURCE_UNAUTHENTICATED';
  return 'BQS_INTERNAL';
}

/** Whether BigQuery answered that it already has what was to be created: a job of this id, a table, a dataset. */
export function alreadyExists(error: unknown): boolean {
  return Number((error as VendorError).code) === 409;
}

export function isNotFound(error: unknown): boolean {
  return Number((error as VendorError).code) === 404;
}

/** What the official client throws, as one of our errors: the one place where the synthesizer reads vendor errors. */
export function fromBigQuery(error: unknown, doing: string, context: Readonly<Record<string, string | undefined>> = {}): BqsyncError {
  if (error instanceof BqsyncError) return error;
  const vendor = (error ?? {}) as VendorError;
  if (vendor.name === 'AbortError') return new BqsyncError('BQS_ABORTED', 'stopped on request', { cause: error });
  const first = vendor.errors?.[0];
  // insertAll reports per row: `stopped` rows only waited for the one that is wrong.
  const inner = vendor.errors?.flatMap((entry) => entry.errors ?? []).find(({ reason }) => reason !== 'stopped');
  const reason = inner?.reason ?? first?.reason;
  const message = inner?.message ?? first?.message ?? vendor.message ?? 'unknown error';
  const code = codeOf(vendor, reason);
  const streaming = /streaming buffer/i.test(message);
  return new BqsyncError(code, `${doing}: ${message}`, {
    cause: error,
    context: { ...context, reason },
    hint: streaming ? 'rows streamed in the last 90 minutes cannot be deleted; wait, or drop the table with clean or reset' : HINTS[code],
  });
}
