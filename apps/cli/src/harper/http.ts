import { BqsyncError } from '@bqsync/errors';
import type { Login } from './harper-options.ts';

export interface HarperCall {
  readonly url: string;
  readonly login: Login;
  readonly method: 'GET' | 'POST';
  readonly accept: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** How long Harper may take, in milliseconds. */
  readonly timeoutMs: number;
  /** For messages: `status`, `search_by_id`, … */
  readonly doing: string;
}

export interface HarperAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** One request to Harper. Every status is an answer but 401 and 403, which throw `BQS_TARGET_DENIED`; no answer is `BQS_TARGET_UNAVAILABLE`. */
export async function callHarper(call: HarperCall): Promise<HarperAnswer> {
  const { url, login, method, accept, body, signal, timeoutMs, doing } = call;
  let answer: HarperAnswer;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept,
        authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      // A redirect would carry the password elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    answer = { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    if (signal.aborted) throw new BqsyncError('BQS_ABORTED', 'interrupted', { cause });
    throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper at ${url} does not answer (${reasonOf(cause)})`, {
      hint: 'check that Harper runs and that --harper and --operations name its ports',
      context: { doing },
      cause,
    });
  }
  if (answer.status !== 401 && answer.status !== 403) return answer;
  throw new BqsyncError('BQS_TARGET_DENIED', `Harper at ${url} refuses the user ${login.username} (${answer.status})`, {
    hint: 'check user and password; it must be a super user',
    context: { doing, status: answer.status },
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}
