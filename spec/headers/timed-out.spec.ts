import { AxiosError } from 'axios';
import { AttemptTimeoutError } from 'tenax';
import { timedOut } from '../../lib/headers/timed-out';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });
const failedFetch = (cause: unknown): TypeError => new TypeError('fetch failed', { cause });
const dom = (name: string): Error => Object.assign(new Error('x'), { name, code: 23 });

describe('timedOut', () => {
  test.each<[string, unknown, boolean]>([
    ['axios', new AxiosError('timeout of 5ms exceeded', 'ECONNABORTED'), true],
    ['AbortSignal.timeout', dom('TimeoutError'), true],
    ['undici', failedFetch(coded('UND_ERR_HEADERS_TIMEOUT')), true],
    ['a connection', coded('ETIMEDOUT'), true],
    ['openai', new Error('Request timed out.'), true],
    ['attemptTimeout', new AttemptTimeoutError('f', 1, 'attemptTimeout', 5), true],
    ['a refused connection', coded('ECONNREFUSED'), false],
    ['an abort', dom('AbortError'), false],
    ['a text', 'timeout', false],
    ['an object that says nothing', {}, false],
  ])('of %s', (_what, error, expected) => {
    expect(timedOut(error)).toBe(expected);
  });
});
