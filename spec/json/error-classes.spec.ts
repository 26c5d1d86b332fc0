import { TryAgain, type RetryStrategy } from 'tenax';
import * as tenax from 'tenax';
import * as http from 'tenax/http';
import { policyFromJSON } from 'tenax/json';
import { raised } from '../strategies/states';

class QuotaError extends Error {}
class OtherError extends Error {}

/** Whether a policy that retries this class by its name retries this error. */
function retries(name: string, error: unknown, exceptionTypes?: unknown): unknown {
  const { retryIf } = policyFromJSON({ retryIf: { exceptionType: [name] } }, { exceptionTypes } as never);
  return (retryIf as RetryStrategy).shouldRetry(raised(error));
}

describe('the error classes that a policy file may name', () => {
  it.each<[string, unknown]>([
    ['a record', { QuotaError, OtherError }],
    ['a list', [OtherError, QuotaError]],
  ])('are given as %s', (_what, exceptionTypes) => {
    expect(retries('QuotaError', new QuotaError(), exceptionTypes)).toBe(true);
    expect(retries('QuotaError', new OtherError(), exceptionTypes)).toBe(false);
  });

  test('may go by another name in a record', () => {
    expect(retries('quota', new QuotaError(), { quota: QuotaError })).toBe(true);
  });

  test.each([
    'Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError',
    'DOMException',
  ])('are the platform’s too: %s', (name) => {
    const Class = (globalThis as unknown as Record<string, new (...args: unknown[]) => Error>)[name]!;
    const error = name === 'AggregateError' ? new Class([]) : new Class();
    expect(retries(name, error)).toBe(true);
    if (name !== 'Error') expect(retries(name, new QuotaError())).toBe(false);
  }); // prettier-ignore

  test('are those of the platform that it has', () => {
    const DOMException = Object.getOwnPropertyDescriptor(globalThis, 'DOMException') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'DOMException', { value: undefined, configurable: true });
    try {
      expect(() => policyFromJSON({ retryIf: { exceptionType: ['DOMException'] } })).toThrow(
        'no error class "DOMException" is known; name it in exceptionTypes',
      );
    } finally {
      Object.defineProperty(globalThis, 'DOMException', DOMException);
    }
  });

  const own = Object.entries<unknown>({ ...tenax, ...http }).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof Error,
  );

  test.each(own.map(([name]) => name))('are tenax’s own too: %s', (name) => {
    const json = { retryIf: { exceptionType: [name] } };
    expect(String(policyFromJSON(json).retryIf)).toBe(`retryIf.exceptionType(${name})`);
    expect(JSON.parse(JSON.stringify(policyFromJSON(json)))).toEqual(json);
  });

  test('are distinguished by their brands', () => {
    expect(retries('TryAgain', new TryAgain())).toBe(true);
    expect(retries('AttemptTimeoutError', new TryAgain())).toBe(false);
    expect(retries('TenaxError', new TryAgain())).toBe(true);
    expect(retries('TryAgain', new Error())).toBe(false);
  });

  test('are the user’s if a name occurs twice', () => {
    class TryAgain extends Error {}
    expect(retries('TryAgain', new TryAgain(), { TryAgain })).toBe(true);
    expect(retries('TypeError', new QuotaError(), { TypeError: QuotaError })).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['a number', 5, 'exceptionTypes takes a record or a list of error classes, got 5'],
    ['a class alone', QuotaError, 'exceptionTypes takes a record or a list of error classes, got the class QuotaError'],
    ['null', null, 'exceptionTypes takes a record or a list of error classes, got null'],
    ['null in a list', [null], 'exceptionTypes takes error classes with a name, got null'],
    ['undefined in a list', [undefined], 'exceptionTypes takes error classes with a name, got undefined'],
    ['a name in a list', ['QuotaError'], 'exceptionTypes takes error classes with a name, got "QuotaError"'],
    ['an object with a name', [{ name: 'Quota' }], 'exceptionTypes takes error classes with a name, got an object'],
    ['a class without a name', [class extends Error {}], 'exceptionTypes takes error classes with a name, got a class'],
    ['an empty name', { '': Error }, 'exceptionTypes takes error classes with a name, got the class Error'],
    ['a number in a record', { QuotaError: 5 }, 'exceptionTypes takes error classes with a name, got 5'],
  ])('are refused: %s', (_what, exceptionTypes, message) => {
    expect(() => policyFromJSON({}, { exceptionTypes } as never)).toThrow(new TypeError(message));
  });
});
