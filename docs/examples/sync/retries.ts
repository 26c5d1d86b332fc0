import type { RetryCallState } from 'tenax';
import { HttpError, type NetworkError } from 'tenax/http';

/** Why a request is sent again, and when. */
export interface Retry {
  /** `429`, `503`, `dropped connection`, `refused connection` or `timeout`. */
  readonly kind: string;
  readonly page: number | undefined;
  /** The number of the attempt to come. */
  readonly attempt: number;
  /** Milliseconds until then. */
  readonly delay: number;
  /** Milliseconds that the server asked for. */
  readonly asked: number | undefined;
}

/** What a `beforeSleep` hook knows. */
export function retryOf({ outcome, attemptNumber, upcomingSleep }: RetryCallState): Retry {
  const error = (outcome as { error: HttpError | NetworkError }).error;
  const { params } = (error as { config?: { params?: { page?: number } } }).config ?? {};
  return {
    kind: error instanceof HttpError ? String(error.status) : (NETWORK[error.code] ?? 'dropped connection'),
    page: params?.page,
    attempt: attemptNumber + 1,
    delay: upcomingSleep,
    asked: error instanceof HttpError ? error.retryAfter : undefined,
  };
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNABORTED: 'timeout',
  ETIMEDOUT: 'timeout',
  ECONNREFUSED: 'refused connection',
};
