import type { HeadersLike } from './headers.js';

/** Names that speak of a limit. */
const TOLD = /limit|^(?:x-ms-)?retry-after-ms$/;
/** Names that are read along with them. */
const BESIDE = /^(?:retry-after|date)$/;

/**
 * The headers that have a say here, by their names in lower case; `undefined` where none has. One pass over all of them:
 * most answers say nothing, and some thirty names are looked for otherwise.
 */
export function relevantHeaders(headers: HeadersLike): HeadersLike {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found: Record<string, unknown> = {};
  let told = false;
  const note = (name: string, read: () => unknown): void => {
    const lower = name.toLowerCase();
    const tells = TOLD.test(lower);
    if (!tells && !BESIDE.test(lower)) return;
    told ||= tells;
    if (name === lower || found[lower] === undefined) found[lower] = read();
  };
  const { get, forEach } = headers as {
    get?: unknown;
    forEach?: (each: (value: unknown, name: unknown) => void) => void;
  };
  const names = Object.keys(headers);
  if (typeof get === 'function' && typeof forEach === 'function') {
    forEach.call(headers, (value, name) => {
      note(String(name), () => value);
    });
  } else if (typeof get === 'function' && names.length === 0) return headers;
  else for (const name of names) note(name, () => (headers as Record<string, unknown>)[name]);
  return told ? found : undefined;
}
