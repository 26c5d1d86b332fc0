/** Gives an error a cause, which is not enumerable, as that of a constructor is. */
export const setCause = <E extends object>(error: E, cause: unknown): E =>
  Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
