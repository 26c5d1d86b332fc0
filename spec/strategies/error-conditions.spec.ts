import { runInNewContext } from 'node:vm';
import {
  classOption,
  errorFactory,
  isOneOf,
  outcomeOf,
  valueOrErrorFactory,
} from '../../lib/strategies/error-conditions.js';

class Special extends TypeError {}
const failed = (error: unknown) => ({ outcome: { attemptNumber: 1, failed: true, error } }) as never;
const value = { outcome: { attemptNumber: 1, failed: false, value: 1 } } as never;

describe('isOneOf', () => {
  test('compares as instanceof does', () => {
    const isListed = isOneOf(TypeError, RangeError);
    expect([new Special(), new RangeError(), new Error(), 'TypeError'].map(isListed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('holds for errors of every realm without a class, and for nothing else', () => {
    expect([new Error(), runInNewContext('new Error()'), 'text', undefined].map(isOneOf())).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('conditions on errors', () => {
  const declaration = { name: 'retryIf.special', list: classOption, test: isOneOf };

  test('hold for no value', async () => {
    const condition = errorFactory(declaration)(TypeError);
    expect(condition.errorsOnly).toBe(true);
    expect([failed(new Special()), failed(new Error()), value].map((state) => condition.shouldRetry(state))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('hold for every value, where they are made so', () => {
    const condition = valueOrErrorFactory(declaration)(TypeError);
    expect(condition.errorsOnly).toBe(false);
    expect([failed(new Special()), failed(new Error()), value].map((state) => condition.shouldRetry(state))).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('take classes only', () => {
    expect(() => errorFactory(declaration)('TypeError')).toThrow(/retryIf.special takes error classes/);
  });

  test('are asked about attempts that have ended', () => {
    expect(() => outcomeOf({ outcome: undefined } as never)).toThrow(TypeError);
  });
});
