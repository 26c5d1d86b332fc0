import type { HeadersLike } from './headers.js';

/** Names of headers about limits. */
const ABOUT_LIMITS = /limit|^(?:x-ms-)?retry-after-ms$/;
/** Names of headers that are read together with those. */
const READ_WITH_THEM = /^(?:retry-after|date)$/;

/**
 * Returns the headers about limits, and those that are read with them, by their names in lower case; `undefined` if no header
 * is about a limit. Most answers have none: one pass over all headers is faster than looking for some thirty names.
 */
export function relevantHeaders(headers: HeadersLike): object | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found: Record<string, unknown> = {};
  let hasLimit = false;
  /** The name under which a header is kept; undefined if it is not relevant. */
  const keyOf = (name: string): string | undefined => {
    const lower = name.toLowerCase();
    const isAboutLimit = ABOUT_LIMITS.test(lower);
    hasLimit ||= isAboutLimit;
    return (isAboutLimit || READ_WITH_THEM.test(lower)) && (name === lower || found[lower] === undefined)
      ? lower
      : undefined;
  };
  const { get, forEach } = headers as {
    get?: unknown;
    forEach?: (each: (value: unknown, name: unknown) => void) => void;
  };
  const names = Object.keys(headers);
  if (typeof get === 'function' && typeof forEach === 'function') {
    forEach.call(headers, (value, name) => {
      const key = keyOf(String(name));
      if (key !== undefined) found[key] = value;
    });
  } else if (typeof get === 'function' && names.length === 0) return headers;
  else {
    for (const name of names) {
      const key = keyOf(name);
      if (key !== undefined) found[key] = (headers as Record<string, unknown>)[name];
    }
  }
  return hasLimit ? found : undefined;
}
