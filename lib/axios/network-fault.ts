import axios from 'axios';
import { networkFailure, type NetworkFailure } from '../headers/network-failure.js';

/** Messages about a size limit. For a body that broke off, axios 1.0 reports a limit of -1. */
const OVER_LIMIT = /max(?:Content|Body)Length(?! size of -1)/i;

/** axios' text about its option `timeout`. The code, ECONNABORTED, does not tell that time ran out. */
const TIMED_OUT = /^timeout of (\d+) ?ms exceeded$/;

/** Says what a network error of axios means if its code does not: `timeout` cut it off, or its body broke off. */
export function plainReason(error: unknown): string | undefined {
  const { message, code } = (error ?? {}) as { readonly message?: unknown; readonly code?: unknown };
  const ms = typeof message === 'string' ? TIMED_OUT.exec(message)?.[1] : undefined;
  if (ms !== undefined) return `timeout of ${ms} ms`;
  return code === 'ERR_BAD_RESPONSE' ? 'the body broke off' : undefined;
}

/** Returns why axios got no answer or an incomplete one; undefined for an error that is not about the network. */
export function networkFault(error: unknown): NetworkFailure | undefined {
  const failure = networkFailure(error);
  if (failure !== undefined || !axios.isAxiosError(error) || axios.isCancel(error)) return failure;
  const { code, message, response } = error;
  // Mocks and old versions of axios have no code, only a message.
  if (code === undefined && /network error|timeout/i.test(message)) return { retryable: true, reason: 'no connection' };
  // The error of a body that broke off has a successful response.
  const isBrokenOff = code === 'ERR_BAD_RESPONSE' && response !== undefined && response.status < 400;
  return isBrokenOff && !OVER_LIMIT.test(message) ? { retryable: true, code, reason: code } : undefined;
}
