import axios from 'axios';
import axiosRetry from 'axios-retry';
import { attach as retryAxios } from 'retry-axios';
import { RetryingAxios } from '../../dist/node/axios/index.js';
import { race } from '../measure.mjs';
import { answering } from '../memory-adapter.mjs';

/** A request that succeeds, answered in memory: what each client adds to axios. */
export const title = 'axios: a request that succeeds, answered in memory';
export const unit = 'ns';
export const floor = 'plain axios';
export const bars = { RetryingAxios: 1.03 };

export default function run() {
  const make = () => axios.create({ baseURL: 'http://service.test', adapter: answering([200]) });
  const plain = make();
  const ours = new RetryingAxios(make());
  const attached = make();
  RetryingAxios.attach(attached);
  const [first, second] = [make(), make()];
  axiosRetry(first, { retries: 5 });
  second.defaults.raxConfig = { retry: 5, instance: second };
  retryAxios(second);
  return race(
    {
      [floor]: () => plain.get('/items'),
      RetryingAxios: () => ours.get('/items'),
      'RetryingAxios.attach': () => attached.get('/items'),
      'axios-retry': () => first.get('/items'),
      'retry-axios': () => second.get('/items'),
    },
    { ms: 60, rounds: 31 },
  );
}
