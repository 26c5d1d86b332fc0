import { errorChain } from './error-chain.js';

const CODE = /^(?:E(?:SOCKET)?TIMEDOUT|ECONNABORTED|UND_ERR_\w+_TIMEOUT|ConnectionTimeout|TENAX_ATTEMPT_TIMEOUT)$/;

/** True if an attempt failed because it took too long, whichever client or timeout of ours cut it off. */
export function timedOut(error: unknown): boolean {
  return errorChain(error).some(
    ({ name, code, message }) =>
      name === 'TimeoutError' ||
      (typeof code === 'string' && CODE.test(code)) ||
      (typeof message === 'string' && message.startsWith('Request timed out')),
  );
}
