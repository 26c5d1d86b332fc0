import { isError } from './is-error.js';

/** What V8 offers, and other engines partly. */
const { captureStackTrace } = Error as { captureStackTrace?: (target: object, above: unknown) => void };

/**
 * Makes the stack of an error lead to the caller: appends the frames above the async function that is about to reject with
 * it, unless they are there. Called after an `await`, so that a call that succeeds costs nothing; the frames are those of
 * whoever awaits it.
 *
 * @param above the function that rejects
 */
export function leadToCaller<E>(error: E, above: unknown): E {
  if (captureStackTrace === undefined || !isError(error)) return error;
  const { stack } = error;
  if (typeof stack !== 'string') return error;
  const trace: { stack?: unknown } = {};
  captureStackTrace(trace, above);
  const frames = String(trace.stack).split('\n').slice(1);
  const missing = frames.filter((frame) => !stack.includes(frame));
  if (missing.length === 0) return error;
  try {
    (error as { stack?: string }).stack = `${stack}\n${missing.join('\n')}`;
  } catch {
    // It is frozen.
  }
  return error;
}
