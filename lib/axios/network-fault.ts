import axios from 'axios';
import { ENDS_THE_SAME } from '../http/fetch/fetch-fault.js';

/** Errors of axios and of Node that are no fault of the network: asking again would end the same way. */
const FINAL = /^ERR_(CANCELED|BAD_REQUEST|BAD_OPTION|INVALID_|UNESCAPED_|NOT_SUPPORT|DEPRECATED|FR_)/;
// axios 1.0 says of a body that broke off that it is over a limit of -1.
const FINAL_MESSAGE = /max(Content|Body)Length(?! size of -1)|Unsupported protocol/i;

interface Link {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly name?: unknown;
  readonly cause?: unknown;
}

/** An error and what stands behind it: through the fetch adapter the reason is in the causes. */
function* chainOf(error: unknown): Generator<Link> {
  let link = error;
  for (let depth = 0; depth < 5 && typeof link === 'object' && link !== null; depth += 1) {
    yield link;
    link = (link as Link).cause;
  }
}

/** Whether a request failed without an answer, and another time might go better. */
export function isNetworkFault(error: unknown): boolean {
  const chain = [...chainOf(error)];
  const code = chain[0]?.code;
  if (chain.some(({ name }) => name === 'CanceledError' || name === 'AbortError')) return false;
  const messages = chain.map(({ message }) => String(message));
  if (messages.some((message) => FINAL_MESSAGE.test(message) || ENDS_THE_SAME.test(message))) return false;
  if (typeof code === 'string') return !FINAL.test(code) && (axios.isAxiosError(error) || /^E[A-Z]/.test(code));
  if (!axios.isAxiosError(error)) return false;
  return (
    /network error|timeout/i.test(error.message) || chain.some((link) => /^(E[A-Z]|UND_ERR)/.test(String(link.code)))
  );
}
