/** Under this key Node looks for what `console.log` prints of an object. Other platforms ignore it. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The arguments that Node passes: the depth that is left, its options, and `util.inspect`. */
export type InspectArguments = [depth: number, options: object, inspect: (value: unknown, options: object) => string];

/** Prints an object whose state is private: the name of its class, and what these properties of it say. */
export function inspectFields<T extends object>(
  of: T,
  names: readonly (string & keyof T)[],
  [, options, inspect]: InspectArguments,
): string {
  let fields = {};
  try {
    fields = Object.fromEntries(names.map((name) => [name, of[name]]));
  } catch {
    // A test's stub has no private state, and a proxy cannot read it.
  }
  return `${of.constructor.name} ${inspect(fields, options)}`;
}
