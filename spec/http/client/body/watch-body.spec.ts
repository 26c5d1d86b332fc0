import { VirtualClock } from 'tenax/testing';
import { answer, reset, restFrom, scripted, textOf, whole, type Reply } from './scripted-client.js';

const encodingOf = async (method: string, own = {}, options = {}, given = {}): Promise<string | null> => {
  const headers = new Headers(given);
  await scripted([answer(200)], options, own).send({ method, target: { headers } });
  return headers.get('Accept-Encoding');
};

describe('A request with resume', () => {
  test('asks for a body that is not encoded, unless it names an encoding', async () => {
    expect(await encodingOf('GET')).toBe('identity');
    expect(await encodingOf('GET', {}, {}, { 'accept-encoding': 'br' })).toBe('br');
  });

  test.each([
    ['whose body cannot be continued', 'POST', {}, {}],
    ['whose body is not read as a stream', 'GET', { isStreamed: () => false }, {}],
    ['that switches it off', 'GET', {}, { resume: false }],
  ])('asks for no encoding %s', async (_what, method, own, options) => {
    expect(await encodingOf(method, own, options)).toBeNull();
  });
});

describe('An answer', () => {
  const chunked = async (options: object, own = {}, method = 'GET', reply: Reply = whole('abcdef')) => {
    const response = await scripted([reply], options, own).send({ method });
    return response === reply ? 'unchanged' : response.chunks === undefined ? 'changed' : 'watched';
  };

  test.each<[string, string, ...Parameters<typeof chunked>]>([
    ['watched', 'with resume', {}],
    ['watched', 'with idleTimeout', { resume: false, idleTimeout: 5 }],
    ['watched', 'to a POST with idleTimeout', { idleTimeout: 5 }, {}, 'POST'],
    ['watched', 'that the client has changed, with idleTimeout', { idleTimeout: 5 }, { isUnchanged: () => false }],
    ['unchanged', 'without either', { resume: false }],
    ['unchanged', 'with an endless idleTimeout', { resume: false, idleTimeout: Infinity }],
    ['unchanged', 'to a POST with resume', {}, {}, 'POST'],
    ['unchanged', 'that is not read as a stream', { idleTimeout: 5 }, { isStreamed: () => false }],
    ['unchanged', 'that the client has changed', {}, { isUnchanged: () => false }],
    ['unchanged', 'that cannot be continued', {}, {}, 'GET', { ...whole('abcdef'), headers: {} }],
    ['unchanged', 'without a body', { idleTimeout: 5 }, {}, 'GET', answer(200)],
    ['unchanged', 'if retrying is off', { idleTimeout: 5, enabled: false }],
  ])('is %s %s', async (expected, _what, ...given) => {
    expect(await chunked(...given)).toBe(expected);
  });

  test('that the client has changed is not continued', async () => {
    const failure = reset();
    const options = { idleTimeout: 5, clock: new VirtualClock() };
    const { send, sent } = scripted([whole('abc', failure), restFrom(3, 'def')], options, { isUnchanged: () => false });
    await expect(send().then(textOf)).rejects.toBe(failure);
    expect(sent).toHaveLength(1);
  });

  test.each<[string, (reply: Reply) => unknown]>([
    ['is read', textOf],
    ['is cancelled', ({ chunks }) => chunks!.cancel()],
  ])('keeps the signals of its request linked until its body %s', async (_how, end) => {
    const [own, common] = [new AbortController().signal, new AbortController().signal];
    const counts = [own, common].map((signal) => {
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      return () => added.mock.calls.length - removed.mock.calls.length;
    });
    const reply = await scripted([whole('abcdef')], { signal: common }).send({ signal: own });
    expect(counts.map((count) => count())).toEqual([1, 1]);
    await end(reply);
    expect(counts.map((count) => count())).toEqual([0, 0]);
  });
});
