import { HttpError } from '../../../lib/http/errors';
import { status } from '../../../lib/strategies/retry-if-http/status';
import { any, refuses } from '../refuses';
import { answered, raised } from '../states';
import { broken, errorOf, limited, running, unreachable } from './outcomes';

describe('retryIfHttp.status', () => {
  describe('of 429 and 5xx', () => {
    const condition = status(429, '5xx');

    test.each([429, 500, 503, 599])('retries %i, accepted or not', (got) => {
      expect(condition.shouldRetry(raised(errorOf(got)))).toBe(true);
      expect(condition.shouldRetry(answered({ status: got }))).toBe(true);
    });

    test.each([200, 400, 404, 428])('does not retry %i', (got) => {
      expect(condition.shouldRetry(raised(errorOf(got)))).toBe(false);
      expect(condition.shouldRetry(answered({ status: got }))).toBe(false);
    });
  });

  test.each([
    ['one of the statuses, of an error', [429, 503], raised(limited), true],
    ['another status', [503], raised(limited), false],
    ['a class of statuses', ['5xx'], raised(broken), true],
    ['another class', ['4xx'], raised(broken), false],
    ['any of several', [404, '5xx'], raised(broken), true],
    ['an accepted answer', [202], answered({ status: 202 }), true],
    ['an accepted answer of a class', ['2xx'], answered({ status: 299 }), true],
    ['an answer of the next class', ['2xx'], answered({ status: 300 }), false],
    ['a value without a status', [202], answered({ data: 1 }), false],
    ['a status that is a text', [202], answered({ status: '202' }), false],
    ['a status that is a text, of a class', ['2xx'], answered({ status: '202' }), false],
    ['no value', [202], answered(undefined), false],
    ['null', [202], answered(null), false],
    ['an error of another client', [429], raised(Object.assign(new Error(), { status: 429 })), true],
    ['an error whose status is a text', [429], raised(Object.assign(new Error(), { status: '429' })), false],
    [
      'an error whose status is a text, of a class',
      ['5xx'],
      raised(Object.assign(new Error(), { status: '503' })),
      false,
    ],
    ['no answer', ['4xx', '5xx'], raised(unreachable), false],
    ['an attempt that has not ended', ['2xx'], running(), false],
  ] as const)('is asked about %s', (_what, patterns, state, retries) => {
    expect(status(...patterns).shouldRetry(state)).toBe(retries);
  });

  test('knows the errors of another copy of the package', () => {
    class HttpErrorOfAnotherCopy extends Error {
      static readonly $brand = HttpError.$brand;
      readonly status = 500;
    }
    expect(status(500).shouldRetry(raised(new HttpErrorOfAnotherCopy()))).toBe(true);
  });

  test('may hold for a value, and prints as the code that made it', () => {
    expect(status('5xx').errorsOnly).toBe(false);
    expect(String(status(429, '5xx'))).toBe("retryIfHttp.status(429, '5xx')");
  });

  describe('refuses', () => {
    refuses([
      ...[429.5, 99, 600, 1429, '6xx', '5x', '5xxx', '50x', 'x5xx', null].map(
        (pattern) =>
          [
            new RangeError(`retryIfHttp.status takes statuses (429) and classes of them ('5xx'), got ${pattern}`),
            () => status(200, any(pattern)),
          ] as const,
      ),
      [new TypeError('retryIfHttp.status takes at least one status'), () => status()],
    ]);
  });
});
