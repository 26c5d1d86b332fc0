import { isThenable } from '../../base/thenable.js';
import type { RetryCallState } from '../../call/call-state.js';
import { hook, type Hook } from '../hook.js';
import { logLine, type LoggerLike } from '../logger.js';

/** Makes a hook that writes one line. */
export function logHook(
  name: string,
  logger: LoggerLike,
  level: string,
  line: (state: RetryCallState) => [string, object],
): Hook {
  const write = logLine(name, logger, level);
  return hook(name, [logger, level], (state) => {
    const written = write(...line(state));
    // The logger of winston returns itself.
    return isThenable(written) ? (written as Promise<void>) : undefined;
  });
}
