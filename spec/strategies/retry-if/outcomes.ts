import type { RetryStrategy } from '../../../lib/strategies/retry-strategy';
import { answered, raised } from '../states';

export class Parent extends Error {}
export class Child extends Parent {}
export class Other extends Error {}

export const [child, other] = [new Child('child'), new Other('other')];

/** Whether a condition retries a Child, an Other, a thrown text, and the value 1. */
export const fourfold = (condition: RetryStrategy): (boolean | Promise<boolean>)[] =>
  [raised(child), raised(other), raised('text'), answered(1)].map((state) => condition.shouldRetry(state));
