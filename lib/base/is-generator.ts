// Most functions are of these two kinds, which takes no look at a tag.
const PLAIN: unknown = Function.prototype;
/* istanbul ignore next -- this function is never called */
const ASYNC: unknown = Object.getPrototypeOf(async () => undefined);

/** True for a generator function, async or not, of any realm. */
export function isGeneratorFunction(fn: unknown): boolean {
  if (typeof fn !== 'function') return false;
  const proto: unknown = Object.getPrototypeOf(fn);
  if (proto === PLAIN || proto === ASYNC) return false;
  return Object.prototype.toString.call(fn).endsWith('GeneratorFunction]');
}
