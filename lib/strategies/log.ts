import { formatValue } from '../base/check.js';
import { isError, type ErrorLike } from '../base/is-error.js';
import { messageOf, scrub } from '../base/scrub.js';
import type { RetryCallState } from '../call/call-state.js';

/** What an error says of itself, safe to be logged. */
interface ErrorFields {
  name: string;
  message: string;
  status?: number;
  stack?: string;
}

/** A value in a line; a text is cleaned before it is cut off, which could hide what a secret looks like. */
const shown = (value: unknown): string => formatValue(typeof value === 'string' ? scrub(value) : value);

/** Name, message and status of whatever was thrown; secrets are taken out, the error itself is not changed. */
export function errorFields(error: unknown, stack = false): ErrorFields {
  if (!isError(error)) return { name: typeof error, message: shown(error) };
  const fields: ErrorFields = { name: className(error), message: messageOf(error) };
  const { status } = error as { status?: unknown };
  if (typeof status === 'number') fields.status = status;
  if (stack && typeof error.stack === 'string') fields.stack = scrub(error.stack);
  return fields;
}

/** A class that does not set a `name` of its own inherits "Error", which says less than the name of the class. */
function className(error: ErrorLike): string {
  const { name: Class } = (error as { constructor?: { name?: unknown } }).constructor ?? {};
  return error.name === 'Error' && typeof Class === 'string' && Class !== '' ? Class : error.name;
}

/** `RateLimitError: 429 …`, in one line. @internal */
export function describeError(error: unknown): string {
  const { name, message } = errorFields(error);
  if (!isError(error)) return message;
  return message === '' ? name : `${name}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** 1st, 2nd, 3rd, 4th … */
function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

/** How far a stream or a body has come; `undefined` before its first item and for a call. */
function progressOf({ items = 0, bytes }: RetryCallState): string | undefined {
  if (bytes !== undefined) return `${bytes} bytes`;
  return items === 0 ? undefined : `${items} item${items === 1 ? '' : 's'}`;
}

const common = (state: RetryCallState): object => ({ fn: state.fnName, attempt: state.attemptNumber });

/** The line of `before.log`, after tenacity's `before_log`. */
export const beforeLine = (state: RetryCallState): [string, object] => [
  `Starting call to ${state.fnName}, this is the ${ordinal(state.attemptNumber)} time calling it`,
  common(state),
];

/** The line of `after.log`, after tenacity's `after_log`. */
export const afterLine = (state: RetryCallState): [string, object] => [
  `Finished call to ${state.fnName} after ${seconds(state.elapsed ?? 0)}, this was the ${ordinal(state.attemptNumber)} time calling it`,
  { ...common(state), elapsedMs: Math.round(state.elapsed ?? 0), ...failure(state, false) },
];

/** The line of `beforeSleep.log`, after tenacity's `before_sleep_log`. */
export function beforeSleepLine(state: RetryCallState, stack: boolean): [string, object] {
  const { outcome } = state;
  const ended = outcome?.failed ? `raised ${describeError(outcome.error)}` : `returned ${shown(outcome?.value)}`;
  const how = progressOf(state);
  const what = how === undefined ? `Retrying ${state.fnName}` : `Resuming ${state.fnName} after ${how}`;
  return [
    `${what} in ${seconds(state.upcomingSleep)} as it ${ended}`,
    {
      ...common(state),
      delayMs: Math.round(state.upcomingSleep),
      idleForMs: Math.round(state.idleFor),
      ...failure(state, stack),
    },
  ];
}

const failure = ({ outcome }: RetryCallState, stack: boolean): object =>
  outcome?.failed ? { error: errorFields(outcome.error, stack) } : {};
