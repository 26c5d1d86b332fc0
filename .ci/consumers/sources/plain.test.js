// A user's test in plain JavaScript of CommonJS, without a compiler: Jest's own way, untransformed.
const axios = require('axios');
const MockAdapter = require('axios-mock-adapter');
const { RetryError, retry, stop, wait } = require('tenax');
const { RetryingAxios, ServerError } = require('tenax/axios');
const { VirtualClock } = require('tenax/testing');

test('a wrapped function fails twice and then answers', async () => {
  const clock = new VirtualClock();
  const fn = jest.fn().mockRejectedValueOnce(new Error('1')).mockRejectedValueOnce(new Error('2')).mockResolvedValue(3);
  const answer = retry(fn, { clock, wait: wait.fixed(1000) })();
  await clock.advance(1000);
  expect(fn).toHaveBeenCalledTimes(2);
  await clock.advance(1000);
  expect(await answer).toBe(3);
  expect(fn).toHaveBeenCalledTimes(3);
});

test('the same under fake timers of Jest', async () => {
  jest.useFakeTimers();
  const fn = jest.fn().mockRejectedValueOnce(new Error('1')).mockResolvedValue(2);
  const answer = retry(fn, { wait: wait.fixed(60_000) })();
  await jest.advanceTimersByTimeAsync(59_999);
  expect(fn).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(await answer).toBe(2);
  jest.useRealTimers();
});

test('what is thrown is an instance of the class', async () => {
  const failing = retry(async () => Promise.reject(new Error('no')), { stop: stop.afterAttempt(2) });
  const error = await failing().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(RetryError);
  expect(error).toMatchObject({ attempts: 2, cause: { message: 'no' } });
});

test('an axios that is mocked is retried', async () => {
  const instance = axios.create();
  const mock = new MockAdapter(instance);
  mock.onGet('/x').replyOnce(503).onGet('/x').replyOnce(502).onGet('/x').replyOnce(200, 'here').onGet('/x').reply(500);
  const api = new RetryingAxios(instance, { wait: wait.none(), stop: stop.afterAttempt(3) });
  expect((await api.get('/x')).data).toBe('here');
  expect(mock.history.get).toHaveLength(3);
  await expect(api.get('/x')).rejects.toBeInstanceOf(ServerError);
});
