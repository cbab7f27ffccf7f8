import { BqsyncError, ERROR_CODES, type ErrorCode, toBqsyncError } from '@bqsync/errors';

/** Where a call went, for the message. */
export interface Place {
  /** What was being done: `read the table`, `open a window`, … */
  readonly doing: string;
  /** `project.dataset.table` */
  readonly table?: string | undefined;
  /** Its id in the configuration. */
  readonly tableId?: string | undefined;
  readonly jobId?: string | undefined;
}

/** What of a vendor's error decides: an `ApiError`, an error body, a job's `errorResult`, a network or an authentication error. */
interface Fault {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly message: string;
  readonly errno: string | undefined;
  /** Name of a gRPC status, where the call was one. */
  readonly grpc: string | undefined;
  readonly retryAfterMs: number | undefined;
}

interface Verdict {
  readonly code: ErrorCode;
  /** The columns that it is about. */
  readonly column?: string;
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** A used-up quota frees over minutes to a day: asking again at once is what quotas punish. */
const QUOTA_WAIT_MS = 5 * 60_000;

// Reasons as https://cloud.google.com/bigquery/docs/error-messages lists them. A reason says more than the status beside it.
const BY_REASON: Readonly<Record<string, Verdict>> = {
  rateLimitExceeded: { code: 'BQS_SOURCE_RATE_LIMITED' },
  userRateLimitExceeded: { code: 'BQS_SOURCE_RATE_LIMITED' },
  quotaExceeded: {
    code: 'BQS_SOURCE_QUOTA_EXCEEDED',
    hint: 'wait, or raise the quota that the message names; fewer polls and larger windows use less',
    retryAfterMs: QUOTA_WAIT_MS,
  },
  backendError: { code: 'BQS_SOURCE_UNAVAILABLE' },
  internalError: { code: 'BQS_SOURCE_UNAVAILABLE' },
  tableUnavailable: { code: 'BQS_SOURCE_UNAVAILABLE' },
  jobBackendError: { code: 'BQS_SOURCE_JOB_FAILED' },
  jobInternalError: { code: 'BQS_SOURCE_JOB_FAILED' },
  jobRateLimitExceeded: { code: 'BQS_SOURCE_JOB_FAILED' },
  stopped: { code: 'BQS_SOURCE_JOB_FAILED', hint: 'the job was cancelled by someone; a new one is sent' },
  timeout: { code: 'BQS_SOURCE_JOB_FAILED' },
  resourcesExceeded: {
    code: 'BQS_SOURCE_JOB_FAILED',
    retryable: false,
    hint: 'the statement is too large for the project: copy fewer columns',
  },
  responseTooLarge: {
    code: 'BQS_SOURCE_RESULT_LIMIT',
    hint: 'set read.api of the table to auto or storage, partition it on its timestamp column, or copy fewer columns',
  },
  invalidQuery: { code: 'BQS_SOURCE_QUERY_INVALID' },
  invalid: { code: 'BQS_SOURCE_QUERY_INVALID' },
  bytesBilledLimitExceeded: {
    code: 'BQS_SOURCE_BYTES_LIMIT',
    hint: 'raise cost.maxBytesBilledPerQuery of the table, or partition it on its timestamp column',
  },
  accessDenied: {
    code: 'BQS_SOURCE_DENIED',
    hint: 'grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project',
  },
  forbidden: {
    code: 'BQS_SOURCE_DENIED',
    hint: 'grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project',
  },
  accessNotConfigured: { code: 'BQS_SOURCE_DENIED', hint: 'enable the BigQuery API for the project' },
  billingNotEnabled: { code: 'BQS_SOURCE_DENIED', hint: 'enable billing for the project' },
  billingTierLimitExceeded: { code: 'BQS_SOURCE_DENIED' },
  blocked: { code: 'BQS_SOURCE_DENIED', hint: 'BigQuery has blocked the project or the statement for a while: see the message' },
  notFound: { code: 'BQS_SOURCE_NOT_FOUND' },
  authError: { code: 'BQS_SOURCE_UNAUTHENTICATED', hint: 'check the key file, or run gcloud auth application-default login' },
  required: { code: 'BQS_SOURCE_UNAUTHENTICATED', hint: 'check the key file, or run gcloud auth application-default login' },
};

const READ_SESSIONS =
  'grant roles/bigquery.readSessionUser on the project and enable the BigQuery Storage API, or set read.api of the table to rest';

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html, in the order of their numbers.
const GRPC: readonly (readonly [name: string, verdict: Verdict])[] = [
  ['OK', { code: 'BQS_SOURCE_PROTOCOL' }],
  ['CANCELLED', { code: 'BQS_SOURCE_UNREACHABLE' }],
  ['UNKNOWN', { code: 'BQS_SOURCE_UNAVAILABLE' }],
  ['INVALID_ARGUMENT', { code: 'BQS_SOURCE_QUERY_INVALID', hint: 'set read.api of the table to rest' }],
  ['DEADLINE_EXCEEDED', { code: 'BQS_SOURCE_UNREACHABLE', hint: 'check the network and, if set, bigquery.storageEndpoint' }],
  ['NOT_FOUND', { code: 'BQS_SOURCE_NOT_FOUND' }],
  ['ALREADY_EXISTS', { code: 'BQS_SOURCE_PROTOCOL' }],
  ['PERMISSION_DENIED', { code: 'BQS_SOURCE_DENIED', hint: READ_SESSIONS }],
  ['RESOURCE_EXHAUSTED', { code: 'BQS_SOURCE_RATE_LIMITED' }],
  ['FAILED_PRECONDITION', { code: 'BQS_SOURCE_UNSUPPORTED', hint: 'set read.api of the table to rest' }],
  ['ABORTED', { code: 'BQS_SOURCE_UNAVAILABLE' }],
  ['OUT_OF_RANGE', { code: 'BQS_SOURCE_PROTOCOL' }],
  ['UNIMPLEMENTED', { code: 'BQS_SOURCE_UNSUPPORTED', hint: 'set read.api of the table to rest' }],
  ['INTERNAL', { code: 'BQS_SOURCE_UNAVAILABLE' }],
  ['UNAVAILABLE', { code: 'BQS_SOURCE_UNAVAILABLE', hint: 'check the network and, if set, bigquery.storageEndpoint' }],
  ['DATA_LOSS', { code: 'BQS_SOURCE_UNAVAILABLE' }],
  ['UNAUTHENTICATED', { code: 'BQS_SOURCE_UNAUTHENTICATED', hint: 'check the key file, or run gcloud auth application-default login' }],
];

/** What the official authentication says of credentials that it cannot use, and the token endpoint of such that are no longer good. */
const CREDENTIAL_FAULT =
  /could not load the default credentials|incoming JSON object|invalid_grant|invalid_client|unauthorized_client|unable to detect a project id|routines::/i;

const NO_CREDENTIALS: Verdict = {
  code: 'BQS_SOURCE_UNAUTHENTICATED',
  hint: 'set bigquery.credentials to a key file, or run gcloud auth application-default login',
};

/** A failed call, as a {@link BqsyncError}. Neither message nor cause carries a credential. */
export function callError(error: unknown, place: Place): BqsyncError {
  if (error instanceof BqsyncError) return error;
  if (error instanceof Error && error.name === 'AbortError') return toBqsyncError(error);
  const fault = faultOf(error);
  return build(policyVerdict(fault, place) ?? verdictOf(fault, error), fault, place, error);
}

/**
 * A job that ended with an `errorResult`. Its id answers with the same error for ever, so whatever may pass with time needs a new job:
 * such errors become `BQS_SOURCE_JOB_FAILED`.
 */
export function jobError(errorResult: { reason?: unknown; message?: unknown }, place: Place): BqsyncError {
  const fault = faultOf({ errors: [errorResult] });
  const called = policyVerdict(fault, place) ?? verdictOf(fault, undefined);
  const retryable = called.retryable ?? ERROR_CODES[called.code].retryable;
  return build(retryable ? { ...called, code: 'BQS_SOURCE_JOB_FAILED' } : called, fault, place, undefined);
}

function build(verdict: Verdict, fault: Fault, place: Place, error: unknown): BqsyncError {
  const where = place.table === undefined ? '' : ` of ${place.table}`;
  return new BqsyncError(verdict.code, `could not ${place.doing}${where}: ${fault.message}`, {
    hint: verdict.hint,
    retryable: verdict.retryable,
    retryAfterMs: fault.retryAfterMs ?? verdict.retryAfterMs,
    context: {
      table: place.table,
      column: verdict.column,
      jobId: place.jobId,
      reason: fault.reason,
      status: fault.status,
      errno: fault.errno,
      grpc: fault.grpc,
    },
    cause: error === undefined ? undefined : harmless(error, fault),
  });
}

// … protected by policy tag "taxonomy : tag" on columns project.dataset.table.email, project.dataset.table.phone.
const POLICY_TAG = /policy tags?\b.*?\bon columns? ([^\s;,]+(?:, ?[^\s;,]+)*)/i;

/** A column that its policy tag withholds from this account: no other way of reading helps. */
function policyVerdict({ message, status, grpc, reason }: Fault, place: Place): Verdict | undefined {
  const isDenied = status === 403 || grpc === 'PERMISSION_DENIED' || reason === 'accessDenied';
  const match = isDenied ? POLICY_TAG.exec(message) : null;
  if (match === null) return undefined;
  const columns = (match[1] ?? '').split(/, ?/).map((name) => columnIn(name.replaceAll(/^["'`]+|["'`.]+$/g, ''), place.table ?? ''));
  const named = columns.join(', ');
  return {
    code: 'BQS_SOURCE_DENIED',
    column: named,
    hint: `list the other columns under columns, without ${named}; or grant roles/datacatalog.categoryFineGrainedReader on the policy tag`,
  };
}

/** A column's own name, of one that comes with its table's. */
function columnIn(name: string, table: string): string {
  const parts = table.split('.');
  const prefix = parts.map((_, from) => `${parts.slice(from).join('.')}.`).find((start) => name.startsWith(start));
  return prefix === undefined ? name : name.slice(prefix.length);
}

function verdictOf(fault: Fault, error: unknown): Verdict {
  const byReason = fault.reason === undefined ? undefined : Object.hasOwn(BY_REASON, fault.reason) ? BY_REASON[fault.reason] : undefined;
  // `required` also names a missing argument of a 400.
  if (byReason && !(fault.reason === 'required' && fault.status === 400)) return byReason;
  if (CREDENTIAL_FAULT.test(fault.message)) return NO_CREDENTIALS;
  const byGrpc = GRPC.find(([name]) => name === fault.grpc);
  if (byGrpc) return byGrpc[1];
  if (fault.status !== undefined) return byStatus(fault.status);
  if (fault.errno !== undefined) return byErrno(fault.errno);
  if (/premature close|socket hang up|network|fetch failed|aborted/i.test(fault.message)) return { code: 'BQS_SOURCE_UNREACHABLE' };
  // An ApiError without a code is a failed job of a reason unknown here.
  return error instanceof Error && error.constructor.name !== 'ApiError' ? { code: 'BQS_INTERNAL' } : { code: 'BQS_SOURCE_JOB_FAILED' };
}

function byStatus(status: number): Verdict {
  if (status === 401) return NO_CREDENTIALS;
  if (status === 403) return BY_REASON.accessDenied ?? { code: 'BQS_SOURCE_DENIED' };
  if (status === 404) return { code: 'BQS_SOURCE_NOT_FOUND' };
  if (status === 429) return { code: 'BQS_SOURCE_RATE_LIMITED' };
  if (status === 408 || status >= 500) return { code: 'BQS_SOURCE_UNAVAILABLE' };
  if (status === 400 || status === 413) return { code: 'BQS_SOURCE_QUERY_INVALID' };
  return { code: 'BQS_SOURCE_PROTOCOL' };
}

function byErrno(errno: string): Verdict {
  if (errno === 'ENOENT' || errno === 'EACCES' || errno === 'EISDIR') {
    return { code: 'BQS_SOURCE_UNAUTHENTICATED', hint: 'check the path and the permissions of the key file in bigquery.credentials' };
  }
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE/.test(errno)) {
    return { code: 'BQS_SOURCE_UNREACHABLE', retryable: false, hint: 'the certificate of the server is not trusted: check apiEndpoint' };
  }
  return { code: 'BQS_SOURCE_UNREACHABLE', hint: 'check the network and, if set, bigquery.apiEndpoint' };
}

function faultOf(error: unknown): Fault {
  const raw = isRecord(error) ? error : {};
  const first = Array.isArray(raw.errors) && isRecord(raw.errors[0]) ? raw.errors[0] : {};
  const response = isRecord(raw.response) ? raw.response : {};
  // gRPC's own errors have a small number for a code, and its text apart.
  const grpc = typeof raw.code === 'number' && 'details' in raw && 'metadata' in raw ? GRPC[raw.code]?.[0] : undefined;
  const status = grpc === undefined ? (numberOf(raw.code) ?? numberOf(raw.status) ?? numberOf(response.status)) : undefined;
  const own = error instanceof Error ? error.message : textOf(raw.message);
  return {
    status,
    reason: textOf(first.reason),
    message: tidy((grpc === undefined ? textOf(first.message) : textOf(raw.details)) ?? own ?? String(error)),
    errno: errnoOf(raw.code) ?? (isRecord(raw.cause) ? errnoOf(raw.cause.code) : undefined),
    grpc,
    retryAfterMs: retryAfterMs(headerOf(response.headers, 'retry-after') ?? headerOf(raw.headers, 'retry-after')),
  };
}

/** `Retry-After` in seconds. As a date it would need a local clock that agrees with the server's, so it is left to the back-off. */
function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (!isRecord(headers)) return undefined;
  // Fetch's own Headers, of whichever fetch.
  return textOf(typeof headers.get === 'function' ? (headers as unknown as Headers).get(name) : headers[name]);
}

/** The original without its request: the client keeps the Authorization header there, and loggers print causes. */
function harmless(error: unknown, fault: Fault): Error {
  const copy = new Error(fault.message);
  if (error instanceof Error) {
    copy.name = error.name;
    copy.stack = tidy(error.stack ?? '', 4000, false);
  }
  return copy;
}

function tidy(text: string, limit = 1000, oneLine = true): string {
  const line = oneLine ? text.replaceAll(/\s+/g, ' ').trim() : text;
  const redacted = line
    .replaceAll(/-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)/g, '[key]')
    .replaceAll(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [token]')
    .replaceAll(/\bya29\.[\w.~+/=-]+/g, '[token]')
    .replaceAll(
      /((?:access_token|refresh_token|client_secret|private_key|assertion|api_?key|[?&]key)"?\s*[=:]\s*"?)[^\s"&,}]+/gi,
      '$1[secret]',
    );
  return redacted.length > limit ? `${redacted.slice(0, limit)}…` : redacted;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : undefined;
}

function errnoOf(code: unknown): string | undefined {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
