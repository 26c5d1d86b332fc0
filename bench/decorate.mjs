/** What a compiler makes of a decorated method, in the form of `experimentalDecorators`. */
export function decorate(Class, key, decorator) {
  const descriptor = Object.getOwnPropertyDescriptor(Class.prototype, key);
  Object.defineProperty(Class.prototype, key, decorator(Class.prototype, key, descriptor) ?? descriptor);
}
