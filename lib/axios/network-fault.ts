import axios from 'axios';
import { networkFailure, type NetworkFailure } from '../headers/network-failure.js';

/** Matches messages about a size limit. axios 1.0 says that a body that broke off exceeds a limit of -1. */
const OVER_LIMIT = /max(?:Content|Body)Length(?! size of -1)/i;

/**
 * Returns why axios got no answer, or an answer that broke off; `undefined` for an error that is not about the network.
 */
export function networkFault(error: unknown): NetworkFailure | undefined {
  const failure = networkFailure(error);
  if (failure !== undefined || !axios.isAxiosError(error) || axios.isCancel(error)) return failure;
  const { code, message, response } = error;
  // Mocks and old releases say it only in words.
  if (code === undefined && /network error|timeout/i.test(message)) return { retryable: true, reason: 'no connection' };
  // A body that broke off comes with the answer that it began with.
  const isBrokenOff = code === 'ERR_BAD_RESPONSE' && response !== undefined && response.status < 400;
  return isBrokenOff && !OVER_LIMIT.test(message) ? { retryable: true, code, reason: code } : undefined;
}
