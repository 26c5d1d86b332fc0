import type { HeadersLike } from './headers.js';
import { headerValues } from './headers.js';
import { nothingLeftUntil } from './nothing-left.js';
import { parseRetryAfter } from './retry-after.js';

/** How an attempt ended: the part of an `Outcome` that is read here. */
export type EndOfAttempt =
  { readonly failed: true; readonly error: unknown } | { readonly failed: false; readonly value: unknown };

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined;

/** The first status in one of these places: most clients' `status`, Node's `statusCode`, AWS' `httpStatusCode`. */
function statusIn(...places: readonly (Fields | undefined)[]): number | undefined {
  for (const place of places) {
    const status = place?.['status'] ?? place?.['statusCode'] ?? place?.['httpStatusCode'];
    if (typeof status === 'number' && status >= 100 && status < 600) return status;
  }
  return undefined;
}

/** @slack/web-api reports a 429 without status and headers, and its `retryAfter` is in seconds. */
const isSlack429 = (error: Fields): boolean => error['code'] === 'slack_webapi_rate_limited_error';

/**
 * What an attempt says about HTTP, whichever client made it: the answer that it got, if it got one. Nothing is parsed
 * before it is asked for.
 */
export class Answer {
  /** The status; `undefined` if the attempt got no answer, or an answer that broke off. */
  readonly status: number | undefined;
  readonly headers: HeadersLike;
  /** The answer as the client has it, if it is known. */
  readonly response: unknown;
  readonly #source: Fields | undefined;
  #retryAfter: number | undefined | null = null;

  /** @internal */
  constructor(source: Fields | undefined, status: number | undefined, headers: HeadersLike, response: unknown) {
    this.#source = source;
    this.status = status;
    this.headers = headers;
    this.response = response;
  }

  /** Milliseconds that the server asked to wait; `undefined` if it named no time. */
  get retryAfter(): number | undefined {
    if (this.#retryAfter === null) this.#retryAfter = serverTime(this.headers) ?? ownTime(this.#source);
    return this.#retryAfter;
  }
}

/** An error that was made of an answer keeps it under this key, so that it is read once. */
export const ANSWER: unique symbol = Symbol('tenax.answer');

/** No answer. */
const NOTHING = /* @__PURE__ */ new Answer(undefined, undefined, undefined, undefined);

/** The time that an error names itself, without headers: milliseconds, but for Slack's. */
function ownTime(source: Fields | undefined): number | undefined {
  if (source === undefined) return undefined;
  const time = source['retryAfter'];
  if (typeof time !== 'number' || !(time >= 0)) return undefined;
  return isSlack429(source) ? time * 1000 : time;
}

/** The answers of attempts that have been looked at: several parts of a policy ask, and each answer is read once. */
const answers = new WeakMap<EndOfAttempt, Answer>();

/** Reads the answer from how an attempt ended: a value that is an answer, or an error that holds one. Never throws. */
export function readAnswer(end: EndOfAttempt | undefined): Answer {
  if (end === undefined) return NOTHING;
  let answer = answers.get(end);
  if (answer === undefined) {
    try {
      const fields = fieldsOf(end.failed ? end.error : end.value);
      answer = fields === undefined ? NOTHING : end.failed ? answerOfError(fields) : answerOfValue(fields);
    } catch {
      // A foreign object may throw when it is read: then it says nothing.
      answer = NOTHING;
    }
    answers.set(end, answer);
  }
  return answer;
}

function answerOfValue(value: Fields): Answer {
  const status = statusIn(value, fieldsOf(value['$metadata']));
  return new Answer(undefined, status, status === undefined ? undefined : fieldsOf(value['headers']), value);
}

function answerOfError(error: Fields): Answer {
  const known = (error as { readonly [ANSWER]?: Answer })[ANSWER];
  if (known !== undefined) return known;
  const response = fieldsOf(error['response']) ?? fieldsOf(error['$response']);
  const status = statusIn(response, error, fieldsOf(error['$metadata'])) ?? (isSlack429(error) ? 429 : undefined);
  // An answer that was accepted came with an error that has a code: its body broke off or could not be read.
  if (status !== undefined && status < 400 && typeof error['code'] === 'string') return NOTHING;
  // @octokit says 500 where there was no answer.
  if (status === 500 && response === undefined && error['name'] === 'HttpError' && 'request' in error) return NOTHING;
  const headers = fieldsOf(response?.['headers']) ?? fieldsOf(error['headers']);
  return new Answer(error, status, headers, response ?? error);
}

/**
 * Milliseconds that the server asked to wait: the first of `retry-after-ms`, `x-ms-retry-after-ms`, `Retry-After`, and the
 * reset of a limit that has nothing left (the latest, if there are several). `undefined` if it named no time. Never throws,
 * never returns NaN, and takes linear time.
 *
 * @param now milliseconds since 1970; by default the answer's own `Date`, else the clock
 */
export function serverTime(headers: HeadersLike, now?: number): number | undefined {
  const asked = parseRetryAfter(headers, now);
  if (asked !== undefined) return asked;
  try {
    return nothingLeftUntil(headers, now);
  } catch {
    // Headers of a foreign make may throw when they are read: then they say nothing.
    return undefined;
  }
}

/** True if the answer says "too many requests": 429, and a 403 or 413 for which the server named a time. */
export function countsAsRateLimit(answer: Pick<Answer, 'status' | 'retryAfter'>): boolean {
  const { status } = answer;
  return status === 429 || ((status === 403 || status === 413) && answer.retryAfter !== undefined);
}

/** What `x-should-retry` says from 400 on (OpenAI's and Anthropic's servers): true, false, or `undefined` without it. */
export function shouldRetryHeader({ status, headers }: Pick<Answer, 'status' | 'headers'>): boolean | undefined {
  if (status === undefined || status < 400) return undefined;
  const [text] = headerValues(headers, 'x-should-retry');
  const said = text?.trim().toLowerCase();
  return said === 'true' ? true : said === 'false' ? false : undefined;
}
