import fc from 'fast-check';
import { fingerprint } from '../../../lib/http/paginate/fingerprint.js';

describe('fingerprint', () => {
  test('Property: is the same for equal values, and only for them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(fingerprint(JSON.parse(JSON.stringify(one)))).toBe(fingerprint(one));
        const areEqual = JSON.stringify(one) === JSON.stringify(other);
        expect(fingerprint(one) === fingerprint(other)).toBe(areEqual);
      }),
      { numRuns: process.env.TENAX_LONG ? 20_000 : 100 },
    );
  });

  test('differs for similar values', () => {
    const near = [
      [['ab', 'c']], [['a', 'bc']], [[1]], [['1']], [[true]], [['true']], [[null]], [['null']], [[]], [{}], [[[]]], [[[], []]],
      [{ a: 1, b: 2 }], [{ a: 2, b: 1 }], [{ a: { b: 1 } }], [{ a: {}, b: 1 }], [[new Date(1)]], [[new Date(2)]], [[1n]], [[undefined]],
    ]; // prettier-ignore
    expect(new Set(near.map(fingerprint)).size).toBe(near.length);
  });

  test('is undefined for instances of classes and circular values', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const value of [[new Map([[1, 2]])], [() => 1], [Symbol('a')], [new (class {})()], circle])
      expect(fingerprint(value)).toBeUndefined();
  });

  test('takes 200 levels of nesting, and no more', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
    expect(fingerprint(nested(200))).toBeDefined();
    expect(fingerprint(nested(201))).toBeDefined();
    expect(fingerprint(nested(202))).toBeUndefined();
  });
});
