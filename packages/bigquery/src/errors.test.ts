import { ERROR_CODES, type ErrorCode } from '@bqsync/errors';
import { common } from '@google-cloud/bigquery';
import { describe, expect, it } from 'vitest';
import { callError, jobError } from './errors.ts';

const place = { doing: 'read rows', table: 'p.d.t', jobId: 'j' };
const api = (code: number | undefined, reason: string | undefined, message = 'no') => ({
  code,
  errors: reason === undefined ? [] : [{ reason, message }],
  message,
});

describe('callError', () => {
  it.each<[number | undefined, string | undefined, ErrorCode]>([
    [400, 'invalidQuery', 'BQS_SOURCE_QUERY_INVALID'],
    [400, 'invalid', 'BQS_SOURCE_QUERY_INVALID'],
    [400, 'bytesBilledLimitExceeded', 'BQS_SOURCE_BYTES_LIMIT'],
    [401, 'authError', 'BQS_SOURCE_UNAUTHENTICATED'],
    [401, undefined, 'BQS_SOURCE_UNAUTHENTICATED'],
    [403, 'accessDenied', 'BQS_SOURCE_DENIED'],
    [403, undefined, 'BQS_SOURCE_DENIED'],
    [403, 'rateLimitExceeded', 'BQS_SOURCE_RATE_LIMITED'],
    [403, 'userRateLimitExceeded', 'BQS_SOURCE_RATE_LIMITED'],
    [403, 'quotaExceeded', 'BQS_SOURCE_QUOTA_EXCEEDED'],
    [403, 'billingNotEnabled', 'BQS_SOURCE_DENIED'],
    [404, 'notFound', 'BQS_SOURCE_NOT_FOUND'],
    [404, undefined, 'BQS_SOURCE_NOT_FOUND'],
    [408, undefined, 'BQS_SOURCE_UNAVAILABLE'],
    [429, undefined, 'BQS_SOURCE_RATE_LIMITED'],
    [500, 'internalError', 'BQS_SOURCE_UNAVAILABLE'],
    [500, undefined, 'BQS_SOURCE_UNAVAILABLE'],
    [502, undefined, 'BQS_SOURCE_UNAVAILABLE'],
    [503, 'backendError', 'BQS_SOURCE_UNAVAILABLE'],
    [504, undefined, 'BQS_SOURCE_UNAVAILABLE'],
    [503, 'a reason of tomorrow', 'BQS_SOURCE_UNAVAILABLE'],
    [400, 'constructor', 'BQS_SOURCE_QUERY_INVALID'],
    [undefined, 'jobBackendError', 'BQS_SOURCE_JOB_FAILED'],
    [undefined, 'jobInternalError', 'BQS_SOURCE_JOB_FAILED'],
    [undefined, 'jobRateLimitExceeded', 'BQS_SOURCE_JOB_FAILED'],
    [undefined, 'stopped', 'BQS_SOURCE_JOB_FAILED'],
  ])('status %s with reason %s is %s', (status, reason, code) => {
    expect(callError(api(status, reason), place).code).toBe(code);
  });

  it.each<[string, ErrorCode, boolean]>([
    ['ECONNREFUSED', 'BQS_SOURCE_UNREACHABLE', true],
    ['ECONNRESET', 'BQS_SOURCE_UNREACHABLE', true],
    ['ETIMEDOUT', 'BQS_SOURCE_UNREACHABLE', true],
    ['EAI_AGAIN', 'BQS_SOURCE_UNREACHABLE', true],
    ['ENOTFOUND', 'BQS_SOURCE_UNREACHABLE', true],
    ['ERR_STREAM_PREMATURE_CLOSE', 'BQS_SOURCE_UNREACHABLE', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'BQS_SOURCE_UNREACHABLE', false],
    ['ENOENT', 'BQS_SOURCE_UNAUTHENTICATED', false],
  ])('lesson 16: %s is %s, retryable %s', (errno, code, retryable) => {
    const error = callError(Object.assign(new Error('failed'), { code: errno }), place);
    expect({ code: error.code, retryable: error.retryable }).toEqual({ code, retryable });
  });

  it('lesson 16: 500, 502, 504 and broken connections are tried again, refusals are not', () => {
    const retryable = (error: unknown) => callError(error, place).retryable;
    for (const status of [429, 500, 502, 503, 504]) expect(retryable(api(status, undefined)), String(status)).toBe(true);
    expect(retryable(new Error('socket hang up'))).toBe(true);
    for (const status of [400, 401, 403, 404]) expect(retryable(api(status, undefined)), String(status)).toBe(false);
  });

  it('says when credentials are missing', () => {
    const error = callError(new Error('Could not load the default credentials. Browse to …'), place);
    expect(error).toMatchObject({ code: 'BQS_SOURCE_UNAUTHENTICATED', retryable: false });
    expect(error.hint).toContain('key file');
  });

  it('classifies a job that the client reports as an ApiError without a code', () => {
    const error = new common.ApiError({ errors: [{ reason: 'invalidQuery', message: 'Unrecognized name: x' }], response: {} } as never);
    expect(callError(error, place)).toMatchObject({
      code: 'BQS_SOURCE_QUERY_INVALID',
      message: 'could not read rows of p.d.t: Unrecognized name: x',
    });
    expect(callError(new common.ApiError({ errors: [{ reason: 'unheard', message: 'of' }] } as never), place).code).toBe(
      'BQS_SOURCE_JOB_FAILED',
    );
  });

  it('takes how long to wait from the server, and waits long for a quota', () => {
    expect(callError({ ...api(503, undefined), response: { headers: { 'retry-after': '7' } } }, place).retryAfterMs).toBe(7000);
    expect(callError(api(403, 'quotaExceeded'), place).retryAfterMs).toBeGreaterThanOrEqual(60_000);
    expect(
      callError({ ...api(429, undefined), response: { headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } } }, place).retryAfterMs,
    ).toBeUndefined();
  });

  it('lesson 22: no credential gets into the message, the JSON or the cause', async () => {
    const secret = 'ya29.A0ARrdaM-secret';
    const error = Object.assign(new Error(`401 for Bearer ${secret} with {"private_key": "hunter2", "x": 1} at ?key=AIzaSyhunter3`), {
      code: 401,
      response: { headers: {}, request: { headers: { Authorization: `Bearer ${secret}` } } },
      config: { headers: { Authorization: `Bearer ${secret}` } },
    });
    const { inspect } = await import('node:util');
    const shown = inspect(callError(error, place), { depth: 20, showHidden: true });
    for (const part of ['A0ARrdaM', 'hunter2', 'hunter3']) expect(shown).not.toContain(part);
    expect(shown).toContain('401 for Bearer [token]');
  });

  it('keeps a fault of our own apart', () => {
    expect(callError(new TypeError('x is not a function'), place).code).toBe('BQS_INTERNAL');
    expect(callError(new DOMException('x', 'AbortError'), place).code).toBe('BQS_ABORTED');
  });
});

describe('403 "… policy tag … on column x"', () => {
  const [one, two] = ['p.d.t.email', 'phone'];
  it.each([
    ['Access Denied: User does not have permission to access policy tag "PII : email" on column email', 'email'],
    [
      `User has neither fine-grained reader nor masked get permission to get data protected by policy tag "a : b" on columns ${one}, ${two}.`,
      'email, phone',
    ],
    ['… protected by policy tag "a : b" on column d.t.address.street.', 'address.street'],
    ['… protected by policy tags "a : b", "c : d" on columns t.email,t.phone', 'email, phone'],
    ['… by policy tag projects/p/locations/us/taxonomies/1/policyTags/2 on column `email`', 'email'],
  ])('names the column and the way out: %s', (message, column) => {
    for (const error of [
      callError(api(403, 'accessDenied', message), place),
      jobError({ reason: 'accessDenied', message }, place),
      callError(Object.assign(new Error(message), { code: 7, details: message, metadata: {} }), place),
    ]) {
      expect(error).toMatchObject({ code: 'BQS_SOURCE_DENIED', retryable: false, context: { column } });
      expect(error.hint).toContain(`without ${column};`);
      expect(error.hint).toContain('categoryFineGrainedReader');
    }
  });

  it('is told from other refusals', () => {
    expect(callError(api(403, 'accessDenied', 'Access Denied: Table t'), place).hint).toContain('dataViewer');
    expect(callError(api(400, 'invalidQuery', 'no policy tag on column x'), place).code).toBe('BQS_SOURCE_QUERY_INVALID');
  });
});

describe('jobError', () => {
  it.each<[string, ErrorCode]>([
    ['invalidQuery', 'BQS_SOURCE_QUERY_INVALID'],
    ['accessDenied', 'BQS_SOURCE_DENIED'],
    ['notFound', 'BQS_SOURCE_NOT_FOUND'],
    ['bytesBilledLimitExceeded', 'BQS_SOURCE_BYTES_LIMIT'],
    ['resourcesExceeded', 'BQS_SOURCE_JOB_FAILED'],
    ['backendError', 'BQS_SOURCE_JOB_FAILED'],
    ['rateLimitExceeded', 'BQS_SOURCE_JOB_FAILED'],
    ['quotaExceeded', 'BQS_SOURCE_JOB_FAILED'],
    ['unheard of', 'BQS_SOURCE_JOB_FAILED'],
  ])('%s is %s', (reason, code) => {
    expect(jobError({ reason, message: 'm' }, place).code).toBe(code);
  });

  it('asks for a new job wherever trying again may help: the old id gives the old answer', () => {
    for (const reason of ['backendError', 'internalError', 'rateLimitExceeded', 'quotaExceeded', 'stopped', 'tableUnavailable']) {
      const error = jobError({ reason, message: 'm' }, place);
      expect({ code: error.code, retryable: error.retryable }, reason).toEqual({ code: 'BQS_SOURCE_JOB_FAILED', retryable: true });
    }
    expect(ERROR_CODES.BQS_SOURCE_JOB_FAILED.retryable).toBe(true);
    expect(jobError({ reason: 'responseTooLarge', message: 'm' }, place)).toMatchObject({
      code: 'BQS_SOURCE_RESULT_LIMIT',
      retryable: false,
    });
  });
});
