import { isBranded } from './brand.js';

/**
 * The base of all error classes of tenax: a stable `code` to switch on, the original error in `cause`, and an `instanceof`
 * that works between the ESM and the CommonJS build.
 */
export abstract class TenaxError extends Error {
  /** @internal */
  static readonly $brand: string = 'tenax.TenaxError';

  /** Stable across releases; docs/errors.md lists them. */
  abstract readonly code: string;

  /** `instanceof` holds between the ESM and the CommonJS build. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(this, value);
  }

  /** The class's name, from the brand: a minifier does not change it. */
  override get name(): string {
    const Class = this.constructor as typeof TenaxError;
    return Object.hasOwn(Class, '$brand') ? Class.$brand.slice('tenax.'.length) : Class.name;
  }

  override set name(name: string) {
    Object.defineProperty(this, 'name', { value: name, writable: true, configurable: true });
  }
}

/** Gives an error fields that are not enumerable: what is bulky or secret stays out of logs and JSON. @internal */
export function hide(error: object, fields: Readonly<Record<PropertyKey, unknown>>): void {
  for (const key of Reflect.ownKeys(fields)) {
    Object.defineProperty(error, key, { value: fields[key as never], writable: true, configurable: true });
  }
}
