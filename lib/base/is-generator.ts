/** True for a generator function, async or not, of any realm. */
export const isGeneratorFunction = (fn: unknown): boolean =>
  typeof fn === 'function' && Object.prototype.toString.call(fn).endsWith('GeneratorFunction]');
