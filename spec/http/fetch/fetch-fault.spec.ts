import { networkReason } from '../../../lib/http/fetch/fetch-fault';

const fault = (message: string, cause?: unknown): TypeError => new TypeError(message, { cause });

describe('fetch got no answer', () => {
  test.each([
    ['Chromium', 'Failed to fetch'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['Safari', 'Load failed'],
    ['Safari 16', 'The Internet connection appears to be offline.'],
    ['Safari, in between', 'The network connection was lost.'],
    ['React Native', 'Network request failed'],
    ['Cloudflare Workers', 'network error'],
    ['Deno, with the address after it', 'Failed to fetch: http://127.0.0.1/'],
    ['undici', 'fetch failed'],
    ['undici, half way through a body', 'terminated'],
  ])('in the words of %s', (_engine, message) => {
    expect(networkReason(fault(message))).toBe(message);
    expect(networkReason(fault(message, new Error('other side closed')))).toBe(message);
  });

  test.each(['ECONNRESET', 'ECONNREFUSED', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'])(
    'with the code %s, whatever the message',
    (code) => {
      expect(networkReason(fault('fetch failed', { code }))).toBe(code);
      expect(networkReason(fault('other words', { code }))).toBe(code);
    },
  );

  test.each([
    ['a wrong argument', fault('Failed to parse URL from http://[')],
    ["a wrong argument, by Node's code", fault('fetch failed', { code: 'ERR_INVALID_URL' })],
    ["a code in which the system's is only a part", fault('fetch failed', { code: 'MY_ECONNRESET' })],
    ['a code in small letters', fault('fetch failed', { code: 'econnreset' })],
    ['an unknown scheme', fault('fetch failed', new Error('unknown scheme'))],
    ['a port that fetch refuses', fault('fetch failed', new Error('bad port'))],
    ['redirects without end', fault('fetch failed', new Error('redirect count exceeded'))],
    ['a redirect that was not wanted', fault('fetch failed', new Error('unexpected redirect'))],
    ['a body that is not the one that was expected', fault('fetch failed', new Error('integrity mismatch'))],
    ['words that only quote a fault', fault('I saw: fetch failed')],
    ['an error that is no TypeError', new Error('fetch failed')],
    ['an error of a similar name', Object.assign(new Error('fetch failed'), { name: 'MyTypeError' })],
    ['a message that is no text', { name: 'TypeError', message: ['fetch failed'] }],
    ['no message', { name: 'TypeError' }],
    ['a text', 'fetch failed'],
    ['null', null],
    ['undefined', undefined],
  ])('is not said of %s: asking again would not mend it', (_what, error) => {
    expect(networkReason(error)).toBeUndefined();
  });

  test('whatever else the cause is', () => {
    for (const cause of [null, undefined, 'why', 5, {}, { code: 5 }]) {
      expect(networkReason(fault('fetch failed', cause))).toBe('fetch failed');
    }
  });
});
