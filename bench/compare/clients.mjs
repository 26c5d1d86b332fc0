/** What the libraries that retry axios' requests do, against a real server on loopback. */
import { Readable } from 'node:stream';
import axios from 'axios';
import axiosRetry, { exponentialDelay } from 'axios-retry';
import { attach as retryAxios } from 'retry-axios';
import { RetryingAxios } from '../../dist/node/axios/index.js';
import { stop } from '../tenax.mjs';
import { after, serve } from './tools.mjs';

/** Each with its defaults, but three retries. */
const subjects = {
  tenax: (instance) => void RetryingAxios.attach(instance, { stop: stop.afterAttempt(4) }),
  'axios-retry': (instance) => void axiosRetry(instance, { retries: 3, retryDelay: exponentialDelay }),
  'retry-axios': (instance) => {
    instance.defaults.raxConfig = { retry: 3, instance };
    retryAxios(instance);
  },
};

/** Answers `first` once, then 200. */
const once =
  (status, headers = {}) =>
  (response, ordinal) => {
    response.writeHead(ordinal === 1 ? status : 200, {
      'content-type': 'application/json',
      ...(ordinal === 1 ? headers : {}),
    });
    response.end('{"ok":true}');
  };

/** Asks with a server that answers so; tells what the server saw and how it ended. */
async function ask(plug, answer, request, prepare = () => undefined) {
  const server = await serve(answer);
  const instance = axios.create({ baseURL: server.url });
  prepare(instance);
  plug(instance);
  const begun = performance.now();
  const ended = await Promise.race([
    request(instance).then(
      (value) => ({ value }),
      (error) => ({ error }),
    ),
    after(9000).then(() => ({ hangs: true })),
  ]);
  await server.close();
  return { ...ended, seen: server.seen, took: performance.now() - begun };
}

const get = (instance) => instance.get('/');

const questions = {
  'a 429 is retried': async (plug) => (await ask(plug, once(429), get)).seen.length === 2,
  'Retry-After in seconds is obeyed': async (plug) => {
    const { seen } = await ask(plug, once(429, { 'retry-after': '1' }), get);
    return seen.length === 2 && seen[1].at - seen[0].at >= 990 && seen[1].at - seen[0].at < 3000;
  },
  'Retry-After as a date is obeyed': async (plug) => {
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000).toUTCString();
    const { seen } = await ask(plug, once(503, { 'retry-after': date }), get);
    return seen.length === 2 && seen[1].at - seen[0].at > 900 && seen[1].at - seen[0].at < 4500;
  },
  'a 429 to a POST is retried': async (plug) =>
    (await ask(plug, once(429), (instance) => instance.post('/', {}))).seen.length === 2,
  'a 503 to a POST is not sent twice': async (plug) =>
    (await ask(plug, once(503), (instance) => instance.post('/', {}))).seen.length === 1,
  'but it is with an Idempotency-Key': async (plug) =>
    (await ask(plug, once(503), (instance) => instance.post('/', {}, { headers: { 'idempotency-key': 'k' } }))).seen
      .length === 2,
  'a 401 is not retried': async (plug) => (await ask(plug, once(401), get)).seen.length === 1,
  'a timeout of a GET is retried': async (plug) =>
    (
      await ask(
        plug,
        (response, ordinal) => {
          if (ordinal > 1) response.end('{}');
        },
        (instance) => instance.get('/', { timeout: 100 }),
      )
    ).seen.length === 2,
  'a truncated body is retried': async (plug) => {
    const cut = (response, ordinal) => {
      if (ordinal > 1) response.end('{}');
      else {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"cut":');
        setImmediate(() => response.destroy());
      }
    };
    return (await ask(plug, cut, get)).seen.length === 2;
  },
  'interceptors run once per call': async (plug) => {
    let runs = 0;
    await ask(plug, once(503), get, (instance) => {
      instance.interceptors.request.use((config) => {
        runs += 1;
        return config;
      });
    });
    return runs === 1;
  },
  'transformRequest runs once per call': async (plug) => {
    let runs = 0;
    await ask(
      plug,
      once(429),
      (instance) => instance.put('/', { a: 1 }),
      (instance) => {
        instance.defaults.transformRequest = [
          ...instance.defaults.transformRequest,
          (data) => {
            runs += 1;
            return data;
          },
        ];
      },
    );
    return runs === 1;
  },
  'an interceptor that unwraps data gives data after a retry': async (plug) => {
    const { value } = await ask(plug, once(503), get, (instance) => {
      instance.interceptors.response.use((response) => response.data);
    });
    return value?.ok === true;
  },
  'a stream is not sent again as an empty body': async (plug) => {
    const { seen } = await ask(plug, once(503), (instance) => instance.put('/', Readable.from(['all of it'])));
    return seen.every(({ body }) => body === 'all of it');
  },
  'validateStatus: () => true still retries': async (plug) =>
    (await ask(plug, once(503), (instance) => instance.get('/', { validateStatus: () => true }))).seen.length === 2,
  'an abort ends a backoff at once': async (plug) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const { took } = await ask(plug, once(503, { 'retry-after': '2' }), (instance) =>
      instance.get('/', { signal: controller.signal }),
    );
    return took < 200;
  },
  'attaching twice has no further effect': async (plug) => {
    const { seen } = await ask(plug, (response) => response.writeHead(503).end(), get, plug);
    return seen.length <= 4;
  },
  'a logged error shows no Authorization': async (plug) => {
    const { error } = await ask(
      plug,
      (response) => response.writeHead(403).end(),
      (instance) => instance.get('/', { headers: { authorization: 'Bearer secret-token' } }),
    );
    const { inspect } = await import('node:util');
    return ![JSON.stringify(error), inspect(error, { depth: 8 })].some((text) => text.includes('secret-token'));
  },
};

export default { title: 'Retrying axios', subjects, questions };
