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

  test('what began before the last cut does not cut again', () => {
    const limit = new AdaptiveLimit(10);
    limit.update(OVERLOADED, 10, 0, 100);
    limit.update(OVERLOADED, 9, 50, 110);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 7, 101, 120);
    expect(limit.inForce).toBe(4);
  });

  test('without began, as many reports as were in flight at the cut do not cut again', () => {
    const limit = new AdaptiveLimit(10);
    for (let i = 0; i < 3; i += 1) limit.update(OVERLOADED, 3, undefined, 100);
    expect(limit.inForce).toBe(7);
    limit.update(OVERLOADED, 3, undefined, 100);
    expect(limit.inForce).toBe(4);
  });

  test('rises by one a round trip while at least half of it is in use, up to the configured limit', () => {
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

  test('never goes under one', () => {
    const limit = new AdaptiveLimit(3);
    for (let i = 1; i < 20; i += 1) limit.update(OVERLOADED, 1, i * 100, i * 100 + 1);
    expect(limit.inForce).toBe(1);
  });
});
