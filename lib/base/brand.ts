/** A class that can be recognised across copies of the package. */
interface BrandedClass {
  readonly $brand?: string;
  readonly prototype: object;
}

/**
 * What `instanceof` means for tenax's classes. One process may hold the ESM and the CommonJS build at once, each with its
 * own `RetryError`; an object made by one must be an instance of the other's class. So the name in the class's own `$brand`
 * decides. Only a user's subclass, which has no own brand, is compared by identity.
 *
 * @internal
 */
export function isBranded(Class: BrandedClass, value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  for (let proto: unknown = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (proto === Class.prototype) return true;
    const maker = (proto as { constructor?: BrandedClass }).constructor;
    // The own properties are checked last: that takes longest, and every error of an engine comes through here.
    if (maker?.$brand === undefined || maker.$brand !== Class.$brand) continue;
    if (Object.hasOwn(maker, '$brand') && Object.hasOwn(Class, '$brand')) return true;
  }
  return false;
}
