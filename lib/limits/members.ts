import { MEMBER, type Member } from './line.js';
import type { RateLimiter } from './rate-limiter.js';

/** The members of a combination, under this key. */
export const MEMBERS: unique symbol = Symbol.for('tenax.members') as never;

/** Whether a limiter is one of this process, which can be charged together with others at one instant. */
export const isMember = (limiter: object): limiter is Member => (limiter as Partial<Member>)[MEMBER] === true;

/** The members of a combination, or a list of the limiter itself. */
export const membersOf = (limiter: RateLimiter): readonly RateLimiter[] =>
  (limiter as { readonly [MEMBERS]?: readonly RateLimiter[] })[MEMBERS] ?? [limiter];

/** @throws TypeError for limiters of this process that do not run on the same clock. */
export function checkOneClock(where: string, limiters: readonly RateLimiter[]): void {
  const clocks = new Set(limiters.filter(isMember).map(({ time }) => time.clock));
  if (clocks.size > 1) throw new TypeError(`${where} takes limiters with one clock object, got ${clocks.size} clocks`);
}
