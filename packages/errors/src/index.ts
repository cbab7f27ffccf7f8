export { BqsyncError, type BqsyncErrorOptions, toBqsyncError } from './bqsync-error.ts';
export { ERROR_CODES, type ErrorCode, type ErrorGroup, EXIT_CODES } from './codes.ts';
