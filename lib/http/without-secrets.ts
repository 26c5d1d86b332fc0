import { messageOf, scrub } from '../base/scrub.js';
import { errorChain } from '../headers/error-chain.js';

/** The deepest chain of causes that is copied. A chain may be circular. */
const DEEPEST = 6;

/** Objects without secrets that undici and AWS put on their errors: addresses and counts. */
const HARMLESS: readonly PropertyKey[] = ['socket', '$metadata'];

/** Properties in which undici and others keep what the server sent. */
const CONTENT: readonly PropertyKey[] = ['data', 'body'];

/** Properties in which clients keep the request on their errors. */
const REQUEST = ['config', 'request', 'response', 'options'];

/** An address with credentials or a query. */
const SECRET_ADDRESS = /:\/\/[^\s"'<>?@]{0,1000}[?@]/;

/** True if an error or one of its causes contains a request, or an address with a secret, that a logger would print. */
export const holdsRequest = (error: unknown): boolean =>
  errorChain(error).some(
    (link) =>
      SECRET_ADDRESS.test(String(link.message)) ||
      REQUEST.some((key) => Object.prototype.propertyIsEnumerable.call(link, key)),
  );

/**
 * Returns an error that is safe as the `cause` of one of tenax's errors. Loggers print causes with their enumerable
 * properties, and clients keep headers, credentials and queries there (axios in `config` and `request`, Bun in `path`,
 * node-fetch in the message).
 *
 * Returns the error itself if there is nothing to hide. Otherwise returns a copy of the same class, with the same properties.
 * In the copy, properties that hold objects are not enumerable, texts are scrubbed, and `toJSON` writes the enumerable
 * properties. The error itself is never changed. Of a cause that lies deeper than seven errors, only the text is left if it or
 * one below it has something to hide.
 */
export function withoutSecrets(error: unknown, depth = 0): unknown {
  if (!isError(error)) return error;
  if (depth > DEEPEST) return holdsRequest(error) ? new Error(scrub(messageOf(error))) : error;
  const descriptors = Object.getOwnPropertyDescriptors(error) as Record<PropertyKey, PropertyDescriptor>;
  // The stack is read through the error: where it is an accessor, its descriptor has no value.
  let changed = 'toJSON' in error || showsSecret(headOf(error.stack));
  for (const key of Reflect.ownKeys(descriptors)) {
    const { value, enumerable } = descriptors[key] as { value: unknown; enumerable: boolean };
    if (key === 'stack') continue;
    const safe = safeValue(key, value, depth);
    const isObject = typeof safe === 'object' && safe !== null;
    const hidden = enumerable && (isObject ? !HARMLESS.includes(key) : CONTENT.includes(key));
    if (safe === value && !hidden) continue;
    descriptors[key] = { value: safe, writable: true, configurable: true, enumerable: enumerable && !hidden };
    changed = true;
  }
  return changed ? copyOf(error, descriptors) : error;
}

/**
 * An argument that the platform refused, for instance an address with credentials, is a TypeError that quotes it. Returns it
 * without secrets. Errors of any other class are returned unchanged: they may be the caller's own.
 */
export const safeRefusal = (error: unknown): unknown =>
  isError(error) && (error.constructor as { name?: unknown } | undefined)?.name === 'TypeError'
    ? withoutSecrets(error)
    : error;

/** Whether a value is an error of any realm. Not a DOMException: its getters fail on a copy, and it holds no secrets. */
function isError(value: unknown): value is Error {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Error]' || (value instanceof Error && tag !== '[object DOMException]');
}

const showsSecret = (text: string): boolean => scrub(text) !== text;

/** A stack without its frames. Their addresses may have a query, of a bundler for instance, which is not a secret. */
const headOf = (stack: unknown): string => (typeof stack === 'string' ? (stack.split(/\n\s+at /, 1)[0] as string) : '');

function safeValue(key: PropertyKey, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (key === 'errors' && Array.isArray(value)) {
    const members = (value as unknown[]).map((each) => withoutSecrets(each, depth + 1));
    return members.every((each, i) => each === value[i]) ? value : members;
  }
  return withoutSecrets(value, depth + 1);
}

function copyOf(error: Error, descriptors: PropertyDescriptorMap): Error {
  // `Error` itself has to construct the copy, so that the platform treats it as an error.
  const copy = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error) as object) as Error;
  const quiet = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
  return Object.defineProperties(copy, {
    ...descriptors,
    message: quiet(messageOf(error)),
    stack: { get: () => scrub(String(error.stack)), configurable: true },
    toJSON: quiet(() => ({ ...copy, name: copy.name, message: copy.message })),
  });
}
