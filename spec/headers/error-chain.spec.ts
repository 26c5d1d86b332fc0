import { errorChain } from '../../lib/headers/error-chain';

describe('An error chain', () => {
  test('ends where it is a circle', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(errorChain(error)).toHaveLength(7);
  });

  test('ends where it is a circle of aggregates', () => {
    const error: { errors?: unknown[] } = {};
    error.errors = [error];
    expect(errorChain(error)).toHaveLength(7);
  });

  test('is not followed for ever into aggregates', () => {
    const wide = (depth: number): unknown => ({
      errors: depth === 0 ? [] : Array.from({ length: 20 }, () => wide(depth - 1)),
    });
    expect(errorChain(wide(4))).toHaveLength(50);
  });
});
