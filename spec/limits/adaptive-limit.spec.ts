import { AdaptiveLimit } from '../../lib/limits/adaptive-limit.js';
import type { Reading } from '../../lib/limits/feedback.js';

const reading = (status: number): Reading => ({
  throttled: status === 429,
  overloaded: status === 429 || status === 503,
  succeeded: status < 400,
  pause: 0,
  remaining: undefined,
  reset: undefined,
  began: undefined,
});
const OK = reading(200);
const OVERLOADED = reading(503);

describe('AdaptiveLimit', () => {
  test('is cut by 30 % on a refusal', () => {
    const limit = new AdaptiveLimit(10);
    limit.update(OVERLOADED, 10, 0, 100);
    expect(limit.inForce).toBe(7);
  });

  test('is not cut again by an attempt that began before the last cut', () => {
    const limit = new AdaptiveLimit(10);
    limit.update(OVERLOADED, 10, 0, 100);
    limit.update(OVERLOADED, 9, 50, 110);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 7, 101, 120);
    expect(limit.inForce).toBe(4);
  });

  test('without `began`, ignores as many refusals as were in flight at the cut', () => {
    const limit = new AdaptiveLimit(10);
    for (let i = 0; i < 3; i += 1) limit.update(OVERLOADED, 3, undefined, 100);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 3, undefined, 100);
    expect(limit.inForce).toBe(4);
  });

  test('rises by one per round trip while at least half of it is in use, up to the configured limit', () => {
    const limit = new AdaptiveLimit(10);
    limit.update(OVERLOADED, 10, 0, 100);
    for (let i = 0; i < 8; i += 1) limit.update(OK, 4, 200, 300);
    expect(limit.inForce).toBe(8);
    for (let i = 0; i < 100; i += 1) limit.update(OK, 10, 200, 300);
    expect(limit.inForce).toBe(10);
  });

  test('does not rise while less than half of it is in use', () => {
    const limit = new AdaptiveLimit(10);
    limit.update(OVERLOADED, 10, 0, 100);
    for (let i = 0; i < 50; i += 1) limit.update(OK, 3, 200, 300);
    expect(limit.inForce).toBe(7);
  });

  test('never falls below one', () => {
    const limit = new AdaptiveLimit(3);
    for (let i = 1; i < 20; i += 1) limit.update(OVERLOADED, 1, i * 100, i * 100 + 1);
    expect(limit.inForce).toBe(1);
  });

  test('is not cut again by as many attempts that began at the moment of the last cut as were in flight then', () => {
    const limit = new AdaptiveLimit(10);
    for (let inFlight = 3; inFlight > 0; inFlight -= 1) limit.update(OVERLOADED, inFlight, 100, 100);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 1, 100, 110);
    expect(limit.inForce).toBe(4);
  });

  test('counts only reports without `began` as those that were in flight at the cut', () => {
    const limit = new AdaptiveLimit(10);
    for (const began of [undefined, 50, 50, undefined, undefined]) limit.update(OVERLOADED, 3, began, 100);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 3, undefined, 100);
    expect(limit.inForce).toBe(4);
  });

  test('rises while exactly half of it is in use', () => {
    const limit = new AdaptiveLimit(12);
    limit.update(OVERLOADED, 12, 0, 100);
    expect(limit.inForce).toBe(8);
    for (let i = 0; i < 50; i += 1) limit.update(OK, 4, 200, 300);
    expect(limit.inForce).toBe(9);
  });
});
