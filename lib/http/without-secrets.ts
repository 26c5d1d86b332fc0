import { scrub } from '../base/scrub.js';
import { errorChain } from '../headers/error-chain.js';

/** Deep enough for every client; a chain may be a circle. */
const DEEPEST = 6;

/** Objects that undici and AWS put on their errors: addresses and counts. */
const HARMLESS: readonly PropertyKey[] = ['socket', '$metadata'];

/** Texts that undici and others put on their errors: what the server sent. */
const CONTENT: readonly PropertyKey[] = ['data', 'body'];

/** What clients keep of a request on their errors. */
const REQUEST = ['config', 'request', 'response', 'options'];

/** An address with credentials or a query. */
const SECRET_ADDRESS = /:\/\/[^\s"'<>?@]{0,1000}[?@]/;

/** True if a logger that follows causes would print a request, or an address with a secret. */
export const holdsRequest = (error: unknown): boolean =>
  errorChain(error).some(
    (link) =>
      SECRET_ADDRESS.test(String(link.message)) ||
      REQUEST.some((key) => Object.prototype.propertyIsEnumerable.call(link, key)),
  );

/**
 * An error that may become the `cause` of one of ours. Loggers follow causes and copy what is enumerable, and clients keep
 * headers, credentials and queries on their errors (axios in `config` and `request`, Bun in `path`, node-fetch in the
 * message). An error with nothing to hide is returned itself. Otherwise a copy is: it has the same class and the same
 * properties, but those that hold objects are not enumerable, texts are scrubbed, and `toJSON` writes what is enumerable.
 * The error itself is never changed.
 */
export function withoutSecrets(error: unknown, depth = 0): unknown {
  if (!isError(error) || depth > DEEPEST) return error;
  const descriptors = Object.getOwnPropertyDescriptors(error) as Record<PropertyKey, PropertyDescriptor>;
  let changed = 'toJSON' in error;
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

/** An error of any realm; not a DOMException, whose getters do not work on a copy and which holds nothing. */
function isError(value: unknown): value is Error {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Error]' || (value instanceof Error && tag !== '[object DOMException]');
}

function safeValue(key: PropertyKey, value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (key === 'errors' && Array.isArray(value)) {
    const members = (value as unknown[]).map((each) => withoutSecrets(each, depth + 1));
    return members.every((each, i) => each === value[i]) ? value : members;
  }
  return withoutSecrets(value, depth + 1);
}

function copyOf(error: Error, descriptors: PropertyDescriptorMap): Error {
  const Same = function (): void {
    // Never called: it names the prototype. What the platform takes for an error has to be made by Error itself.
  };
  Same.prototype = Object.getPrototypeOf(error) as object;
  const copy = Reflect.construct(Error, [], Same) as Error;
  const quiet = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
  return Object.defineProperties(copy, {
    ...descriptors,
    message: quiet(scrub(error.message)),
    stack: { get: () => scrub(String(error.stack)), configurable: true },
    toJSON: quiet(() => ({ ...copy, name: copy.name, message: copy.message })),
  });
}
