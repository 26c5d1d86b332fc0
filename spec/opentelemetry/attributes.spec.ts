import { retry, stop } from 'tenax';
import { NetworkError, ServerError, retryingFetch } from 'tenax/http';
import { instrumented, metricsNow, spansNow } from './telemetry.js';

instrumented();

/** The attributes of a call with this `this`. */
async function attributesWith(self: unknown): Promise<[string | undefined, object | undefined]> {
  const job = retry(async () => 1, { stop: stop.afterAttempt(2), name: 'job' });
  await job.call(self as undefined);
  return [spansNow()[0]?.name, spansNow()[0]?.attributes];
}

describe('a call', () => {
  it.each<[string, unknown]>([
    ['without a this', undefined],
    ['whose this is null', null],
    ['whose this is a string', 'facts'],
    ['whose this has a method and a url, yet is no request', { method: 'GET', url: 'https://host/' }],
    ['whose this has a method that is none', { facts: { method: () => 'GET' }, url: 'https://host/' }],
    ['whose this has no value for facts', { facts: undefined, url: 'https://host/' }],
    ['whose this has no url', { facts: { method: 'GET' } }],
  ])('%s goes by the name of its function', async (_what, self) => {
    expect(await attributesWith(self)).toEqual(['job', { 'code.function.name': 'job', 'tenax.attempts': 1 }]);
  });

  test.each([
    ['https://api.test/items', 'api.test'],
    ['http://api.test:8080/items', 'api.test'],
    ['HTTPS://API.test', 'API.test'],
    ['http://127.0.0.1:1/', '127.0.0.1'],
    ['http://[::1]:3000/items', '::1'],
    ['https://api.test/to/http://other.test/', 'api.test'],
  ])('that is a request to %s goes by its method and the host %s', async (url, host) => {
    expect(await attributesWith({ facts: { method: 'PUT' }, url })).toEqual([
      'PUT',
      { 'http.request.method': 'PUT', 'server.address': host, 'tenax.attempts': 1 },
    ]);
  });

  test.each([['/items'], ['to/http://other.test/'], ['']])('that is a request to %p has no host', async (url) => {
    expect(await attributesWith({ facts: { method: 'GET' }, url })).toEqual([
      'GET',
      { 'http.request.method': 'GET', 'tenax.attempts': 1 },
    ]);
    expect((await metricsNow())['tenax.attempts']?.attributes).toStrictEqual([{ 'http.request.method': 'GET' }]);
  });

  test('of retryingFetch is a request, too', async () => {
    const fetch = retryingFetch({ stop: stop.afterAttempt(1) }, async () => new Response('{}'));
    await fetch('https://me:secret@api.test/items?key=1', { method: 'POST' });
    expect(spansNow().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['POST', { 'http.request.method': 'POST', 'server.address': 'api.test', 'tenax.attempts': 1 }],
    ]);
  });
});

describe('error.type', () => {
  const failure = { method: 'GET', url: 'https://api.test/', headers: {}, response: {} };
  it.each<[string, unknown]>([
    ['503', new ServerError({ ...failure, status: 503 })],
    ['404', { status: 404 }],
    ['NetworkError', new NetworkError(failure, 'ECONNRESET')],
    ['TypeError', new TypeError('wrong')],
    ['Error', Object.assign(new Error('odd'), { status: 'odd' })],
    ['_OTHER', 'a string'],
    ['_OTHER', { name: 'Error' }],
    ['_OTHER', null],
    ['_OTHER', undefined],
  ])('is %s of what was thrown: %p', async (type, error) => {
    const job = retry(async () => Promise.reject(error as Error), { stop: stop.afterAttempt(1), reraise: true });
    await job().catch(() => undefined);
    expect(spansNow()[0]?.attributes['error.type']).toBe(type);
    expect((await metricsNow())['tenax.giveups']?.attributes).toEqual([
      { 'code.function.name': 'anonymous', 'error.type': type },
    ]);
  });
});
