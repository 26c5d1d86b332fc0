import { Retrying } from '../../../lib/engine/retrying';
import { afterAttempt } from '../../../lib/strategies/stop/after-attempt';
import { fixed } from '../../../lib/strategies/wait/fixed';
import { VirtualClock } from '../../../lib/testing/virtual-clock';

/** A logger that keeps what it is called with. */
export function keepingLogger() {
  const lines: unknown[][] = [];
  return { lines, logger: { log: (...args: unknown[]) => void lines.push(args) } };
}

export class RateLimitError extends Error {
  override name = 'RateLimitError';
  status = 429;
}

/** Calls `fn` twice, two seconds apart, with these hooks. */
export async function callTwice(hooks: object, fn: () => Promise<unknown>): Promise<void> {
  const clock = new VirtualClock();
  const call = new Retrying({ stop: afterAttempt(2), wait: fixed(2000), clock, ...hooks }).call(fn);
  await clock.run(call.catch(() => undefined));
}

export const busy = async function fetchPage(): Promise<never> {
  throw new RateLimitError('429 from https://user:secret@api.test/items?key=abc');
};
