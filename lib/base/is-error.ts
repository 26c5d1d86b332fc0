/** What an error of any realm has. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

/**
 * True for an error of any realm. `instanceof Error` is false for errors that come from another realm: jest and jsdom run
 * each test file in one of its own, and so do `vm` and iframes.
 */
export function isError(value: unknown): value is ErrorLike {
  if (value instanceof Error) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Object.prototype.toString.call(value) === '[object Error]') return true;
  // A DOMException, or a class that names itself otherwise.
  const { name, message, stack } = value as Record<keyof ErrorLike, unknown>;
  return [name, message, stack].every((field) => typeof field === 'string');
}
