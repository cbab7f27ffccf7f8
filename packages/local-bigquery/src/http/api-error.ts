/** One fault as BigQuery lists it, in HTTP answers and in jobs. */
export interface ErrorProto {
  readonly reason: string;
  readonly message: string;
  readonly location?: string;
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The reason that BigQuery most often gives with a status. */
export const STATUS_REASONS: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'rateLimitExceeded',
  404: 'notFound',
  409: 'duplicate',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
  500: 'internalError',
};

/** The HTTP status that BigQuery gives to a reason. */
const REASON_STATUS: Readonly<Record<string, number>> = {
  invalid: 400,
  invalidQuery: 400,
  bytesBilledLimitExceeded: 400,
  notImplemented: 400,
  resourceInUse: 400,
  stopped: 499,
  accessDenied: 403,
  notFound: 404,
  duplicate: 409,
  conditionNotMet: 412,
  outOfRange: 400,
  sessionExpired: 400,
  uploadTooLarge: 413,
  responseTooLarge: 403,
  internalError: 500,
  backendError: 500,
};

/** A fault that the API answers with: its reason decides the HTTP status, its message names the place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly location: string | undefined;

  /** @param status only where it is not the one of the reason */
  constructor(reason: string, message: string, location?: string, status?: number) {
    super(message);
    this.reason = reason;
    this.status = status ?? REASON_STATUS[reason] ?? 400;
    this.location = location;
  }

  toProto(): ErrorProto {
    return { reason: this.reason, ...(this.location === undefined ? {} : { location: this.location }), message: this.message };
  }

  /** Google's error body. */
  toBody(): unknown {
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [
          {
            message: this.message,
            domain: 'global',
            reason: this.reason,
            ...(this.location === undefined ? {} : { location: this.location, locationType: 'parameter' }),
          },
        ],
        status: STATUS_NAMES[this.status] ?? 'UNKNOWN',
      },
    };
  }
}

export function invalid(message: string, location?: string): ApiError {
  return new ApiError('invalid', message, location);
}

export function notFound(message: string): ApiError {
  return new ApiError('notFound', message);
}

/** A feature of BigQuery that this server does not have: always named, never ignored. */
export function notImplemented(feature: string): ApiError {
  return new ApiError('notImplemented', `${feature} is not supported by the local BigQuery`);
}
