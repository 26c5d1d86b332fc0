/** True for a RegExp of any realm. */
export const isRegExp = (value: unknown): value is RegExp =>
  value instanceof RegExp || Object.prototype.toString.call(value) === '[object RegExp]';
