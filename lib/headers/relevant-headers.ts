import type { HeadersLike } from './headers.js';

/** Names that speak of a limit. */
const TOLD = /limit|^(?:x-ms-)?retry-after-ms$/;
/** Names that are read along with them. */
const BESIDE = /^(?:retry-after|date)$/;

/**
 * The headers that have a say here, by their names in lower case; `undefined` where none has. One pass over all of them:
 * most answers say nothing, and some thirty names are looked for otherwise.
 */
export function relevantHeaders(headers: HeadersLike): object | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found: Record<string, unknown> = {};
  let told = false;
  /** The name under which a header is kept, if it has a say. */
  const keyOf = (name: string): string | undefined => {
    const lower = name.toLowerCase();
    const tells = TOLD.test(lower);
    told ||= tells;
    return (tells || BESIDE.test(lower)) && (name === lower || found[lower] === undefined) ? lower : undefined;
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
  return told ? found : undefined;
}
