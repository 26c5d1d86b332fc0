import { formatValue, isClass } from '../base/check.js';
import { ignoreRejection, isThenable } from '../base/thenable.js';

/** What a decorator was given, made into policies. */
export interface PolicyOf<P> {
  /** The policy of all instances; undefined if each has its own. */
  readonly common: P | undefined;
  /**
   * The policy of an instance. A function that returns options is called once for each.
   *
   * @throws TypeError if it does not return options; TypeError or RangeError for a wrong option.
   */
  readonly of: (self: object) => P;
}

/**
 * Reads the argument of `@Retry` and `@RetryStream`: options, or a function that returns the options of an instance.
 *
 * @param args What the decorator was called with.
 * @param compile Makes a policy of options.
 * @throws TypeError if the decorator was used without parentheses; TypeError or RangeError for a wrong option.
 */
export function policyOf<P extends object>(
  decorator: string,
  methods: string,
  args: readonly unknown[],
  compile: (options: object) => P,
): PolicyOf<P> {
  const [policy = {}, ...more] = args;
  if (more.length > 0 || isClass(policy)) {
    throw new TypeError(`${decorator}() decorates ${methods} and is written with parentheses: ${decorator}({ … })`);
  }
  if (typeof policy !== 'function') {
    const common = compile(policy as object);
    return { common, of: () => common };
  }
  const own = new WeakMap<object, P>();
  return {
    common: undefined,
    of: (self) => {
      let found = own.get(self);
      if (found === undefined) {
        const options: unknown = ignoreRejection((policy as (self: object) => unknown)(self));
        if (typeof options !== 'object' || options === null) {
          throw new TypeError(
            `${decorator}(self => …) takes a function that returns options, got ${formatValue(options)}`,
          );
        }
        if (isThenable(options)) {
          throw new TypeError(
            `${decorator}(self => …) takes a function that returns options at once, it must not be async`,
          );
        }
        found = compile(options);
        own.set(self, found);
      }
      return found;
    },
  };
}
