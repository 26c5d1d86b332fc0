import { inspect } from 'node:util';

/** What a promise rejects with; fails where it resolves. */
export const thrown = <E = any>(promise: Promise<unknown>): Promise<E> =>
  promise.then(
    (value) => {
      throw new Error(`it resolved with ${inspect(value)}`);
    },
    (error: E) => error,
  );
