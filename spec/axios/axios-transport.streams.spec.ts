import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import axios from 'axios';
import { retryIf, stop, wait } from 'tenax';
import { RetryingAxios, retryIfHttp } from 'tenax/axios';
import { thrown } from '../thrown.js';
import { serve } from './real-server.js';
import { failing, scripted } from './scripted-adapter.js';

const quick = { wait: wait.none(), stop: stop.afterAttempt(2) };

/** What a GET comes to whose first answer has this body, and its second none. */
async function getAfter(data: unknown, status = 503): Promise<unknown> {
  const { adapter } = scripted(() => ({ status, data }));
  const api = new RetryingAxios(axios.create({ adapter }), {
    ...quick,
    retryIf: retryIfHttp.status(status as 503).or(retryIfHttp.networkError()),
  });
  return api.get('/', { transformResponse: (body: unknown) => body });
}

describe('the body of an answer that is tried again', () => {
  test('is destroyed if it is a stream of Node, and later errors of it are ignored', async () => {
    const stream = new Readable({ read: () => undefined });
    await expect(getAfter(stream)).resolves.toMatchObject({ status: 200 });
    expect(stream.destroyed).toBe(true);
    expect(() => stream.emit('error', new Error('late'))).not.toThrow();
  });

  test('is destroyed if it has `destroy`, even without `on`', async () => {
    const destroy = jest.fn();
    await expect(getAfter({ destroy })).resolves.toMatchObject({ status: 200 });
    expect(destroy).toHaveBeenCalledTimes(1);
  });

  test('is cancelled if it is a stream of the platform', async () => {
    const cancel = jest.fn();
    await expect(getAfter(new ReadableStream({ cancel }))).resolves.toMatchObject({ status: 200 });
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('may refuse to be cancelled', async () => {
    const locked = new ReadableStream();
    locked.getReader();
    await expect(getAfter(locked)).resolves.toMatchObject({ status: 200 });
  });

  test('is cancelled if the answer was accepted but a condition retries it', async () => {
    const stream = new Readable({ read: () => undefined });
    await expect(getAfter(stream, 202)).resolves.toMatchObject({ status: 200 });
    expect(stream.destroyed).toBe(true);
  });

  test.each([[null], [undefined], ['text'], [{ items: [] }], [Buffer.from('bytes')]])('may be %p', async (data) => {
    await expect(getAfter(data)).resolves.toMatchObject({ status: 200 });
  });

  test('is cancelled over a real connection, so that one socket is enough', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const server = await serve((response, ordinal) =>
      response.writeHead(200, { 'x-ordinal': ordinal }).end(ordinal < 3 ? 'x'.repeat(300_000) : 'good'),
    );
    const api = new RetryingAxios(
      { baseURL: server.url, httpAgent: agent, responseType: 'stream', proxy: false },
      { wait: wait.none(), retryIf: retryIfHttp.response(() => server.seen.length < 3) },
    );
    const { data } = await api.get('/');
    const chunks: Buffer[] = [];
    for await (const chunk of data as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('good');
    agent.destroy();
    await server.close();
  });
});

describe('an attempt without an answer has no body to cancel', () => {
  test.each<[string, unknown]>([
    ['an error', new Error('odd')],
    ['null', null],
    ['undefined', undefined],
  ])('if it fails with %s', async (_what, error) => {
    const { adapter } = scripted(failing(error));
    const api = new RetryingAxios(axios.create({ adapter }), { ...quick, retryIf: retryIf.always });
    // Values are tried again too, and the last one is what the call answers.
    await expect(api.get('/')).resolves.toMatchObject({ status: 200 });
  });
});

test('the body of the last answer is not cancelled', async () => {
  const stream = new Readable({ read: () => undefined });
  const { adapter } = scripted(503, () => ({ status: 503, data: stream }));
  const api = new RetryingAxios(axios.create({ adapter }), quick);
  const error = await thrown<{ response: { data: unknown } }>(api.get('/', { responseType: 'stream' }));
  expect(error.response.data).toBe(stream);
  expect(stream.destroyed).toBe(false);
});
