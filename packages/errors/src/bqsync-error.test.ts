import { describe, expect, it } from 'vitest';
import { BqsyncError, ERROR_CODES, toBqsyncError } from './index.ts';

describe('BqsyncError', () => {
  it('takes retryable and the exit code from the registry', () => {
    const error = new BqsyncError('BQS_SOURCE_RATE_LIMITED', 'slow down', { context: { table: 'ports' } });
    expect(error.retryable).toBe(true);
    expect(error.exitCode).toBe(4);
    expect(new BqsyncError('BQS_DRIFT', 'differs').exitCode).toBe(6);
  });

  it('lets one answer override the registry', () => {
    expect(new BqsyncError('BQS_SOURCE_UNREACHABLE', 'no such host', { retryable: false }).retryable).toBe(false);
  });

  it('shows neither cause nor stack in JSON', () => {
    const shown = JSON.stringify(new BqsyncError('BQS_INTERNAL', 'broke', { cause: new Error('key=secret') }));
    expect(shown).not.toContain('secret');
    expect(shown).not.toContain('stack');
  });

  it('keeps a bqsync error, names an abort, wraps the rest with its cause', () => {
    const own = new BqsyncError('BQS_DRIFT', 'differs');
    expect(toBqsyncError(own)).toBe(own);
    expect(toBqsyncError(new DOMException('x', 'AbortError')).code).toBe('BQS_ABORTED');
    const cause = new TypeError('boom');
    expect(toBqsyncError(cause)).toMatchObject({ code: 'BQS_INTERNAL', message: 'boom', cause });
  });

  it('gives every code a sentence', () => {
    for (const [code, entry] of Object.entries(ERROR_CODES)) expect(entry.meaning, code).toMatch(/^[A-Z].*\.$/);
  });
});
