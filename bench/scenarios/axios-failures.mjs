import axios from 'axios';
import axiosRetry from 'axios-retry';
import { attach as retryAxios } from 'retry-axios';
import { RetryingAxios } from '../../dist/node/axios/index.js';
import { stop, wait } from '../tenax.mjs';
import { race } from '../measure.mjs';
import { answering, Turn } from '../memory-adapter.mjs';

/** 503, 503, 200 without a delay: retrying inside the adapter spares axios' own way from the second attempt on. */
export const title = 'axios: 503, 503, 200 answered in memory, no delay, 100 in flight';
export const unit = 'ns';
export const floor = 'a for-loop around axios';
export const bars = { RetryingAxios: 0.4 };

export default function run() {
  const make = () => axios.create({ baseURL: 'http://service.test', adapter: answering([503, 503, 200]) });
  const byHand = make();
  const loop = async () => {
    const turn = new Turn();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await byHand.get('/items', { turn });
      } catch (error) {
        if (attempt === 6) throw error;
      }
    }
  };
  const ours = new RetryingAxios(make(), { stop: stop.afterAttempt(6), wait: wait.none() });
  const [first, second] = [make(), make()];
  axiosRetry(first, { retries: 5, retryDelay: () => 0 });
  retryAxios(second);
  const raxConfig = { retry: 5, retryDelay: 0, backoffType: 'static', instance: second };
  return race(
    {
      [floor]: loop,
      RetryingAxios: () => ours.get('/items', { turn: new Turn() }),
      'axios-retry': () => first.get('/items', { turn: new Turn() }),
      'retry-axios': () => second.get('/items', { turn: new Turn(), raxConfig: { ...raxConfig } }),
    },
    { inFlight: 100, ms: 60 },
  );
}
