/** What the libraries that retry functions do; each question is one experiment, tried on all of them. */
import asyncRetry from 'async-retry';
import { ConstantBackoff, ExponentialBackoff, handleAll, retry as cockatiel } from 'cockatiel';
import { backOff } from 'exponential-backoff';
import pRetry from 'p-retry';
import { Retrying, stop, wait } from '../tenax.mjs';
import { after, timersNow } from './tools.mjs';

/** Each peer under its own names: `attempts` in all, `delay` ms between them, an abort signal where it takes one. */
const subjects = {
  tenax: (fn, { attempts, delay, signal }) =>
    new Retrying({ stop: stop.afterAttempt(attempts), wait: wait.fixed(delay), signal, reraise: true }).call(fn),
  'p-retry': (fn, { attempts, delay, signal }) =>
    pRetry(fn, { retries: attempts - 1, minTimeout: delay, maxTimeout: delay, factor: 1, randomize: false, signal }),
  cockatiel: (fn, { attempts, delay, signal }) =>
    cockatiel(handleAll, { maxAttempts: attempts - 1, backoff: new ConstantBackoff(delay) }).execute(fn, signal),
  'async-retry': (fn, { attempts, delay }) =>
    asyncRetry(fn, { retries: attempts - 1, minTimeout: delay, maxTimeout: delay, factor: 1, randomize: false }),
  'exponential-backoff': (fn, { attempts, delay }) =>
    backOff(fn, { numOfAttempts: attempts, startingDelay: delay, timeMultiple: 1, jitter: 'none' }),
};

const down = () => Promise.reject(new Error('down'));

const questions = {
  'an abort ends a backoff at once (within 50 ms of 500)': async (run) => {
    const controller = new AbortController();
    const begun = performance.now();
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await run(down, { attempts: 2, delay: 500, signal: controller.signal }).catch(() => undefined);
    return performance.now() - begun < 70;
  },
  'it rejects with the reason of the signal': async (run) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 5);
    const ended = await run(down, { attempts: 2, delay: 100, signal: controller.signal }).catch((error) => error);
    return ended === reason;
  },
  'it leaves no timer': async (run) => {
    const controller = new AbortController();
    const before = timersNow();
    setTimeout(() => controller.abort(new Error('enough')), 5);
    run(down, { attempts: 2, delay: 300, signal: controller.signal }).catch(() => undefined);
    await after(40);
    return timersNow() <= before;
  },
  'an aborted signal: the function is not called': async (run) => {
    let calls = 0;
    const count = () => {
      calls += 1;
      return down();
    };
    await run(count, { attempts: 1, delay: 0, signal: AbortSignal.abort(new Error('enough')) }).catch(() => undefined);
    return calls === 0;
  },
  'a wait of 30 days does not return at once': async (run) => {
    const controller = new AbortController();
    let calls = 0;
    const count = () => {
      calls += 1;
      return down();
    };
    // Where no signal is taken the timer is left behind; the process is ended by force.
    run(count, { attempts: 3, delay: 30 * 86_400_000, signal: controller.signal }).catch(() => undefined);
    await after(60);
    controller.abort(new Error('enough'));
    return calls === 1;
  },
  'a thrown value that is not an Error reaches the caller unchanged': async (run) => {
    const ended = await run(() => Promise.reject('just text'), { attempts: 2, delay: 1 }).catch((error) => error);
    return ended === 'just text';
  },
  'a frozen error reaches the caller': async (run) => {
    const frozen = Object.freeze(new Error('frozen'));
    const ended = await run(() => Promise.reject(frozen), { attempts: 2, delay: 1 }).catch((error) => error);
    return ended === frozen;
  },
  'the option counts attempts, not retries': async (run, name) => {
    // By construction of the options above: who takes the number of retries is given one less.
    let calls = 0;
    const counted = () => {
      calls += 1;
      return down();
    };
    const own = {
      tenax: () => new Retrying({ stop: stop.afterAttempt(3), reraise: true }).call(counted),
      'p-retry': () => pRetry(counted, { retries: 3, minTimeout: 0, factor: 1 }),
      cockatiel: () => cockatiel(handleAll, { maxAttempts: 3, backoff: new ConstantBackoff(0) }).execute(counted),
      'async-retry': () => asyncRetry(counted, { retries: 3, minTimeout: 0, factor: 1 }),
      'exponential-backoff': () => backOff(counted, { numOfAttempts: 3, startingDelay: 1 }),
    };
    await own[name]().catch(() => undefined);
    return calls === 3;
  },
  'synchronous functions are accepted': async (run) => (await run(() => 7, { attempts: 1, delay: 0 })) === 7,
  'jitter never makes a delay longer than the cap': async (_run, name) => {
    const cap = 20;
    const delays = {
      tenax: () => {
        const strategy = wait.exponentialJitter({ initial: 10, max: cap, jitter: 50 });
        const state = { attemptNumber: 5, random: Math.random };
        return Array.from({ length: 500 }, () => strategy.delay(state));
      },
      cockatiel: () => {
        const seen = [];
        for (let i = 0; i < 100; i += 1) {
          let backoff = new ExponentialBackoff({ initialDelay: 10, maxDelay: cap }).next();
          for (let k = 0; k < 6; k += 1) {
            seen.push(backoff.duration);
            backoff = backoff.next();
          }
        }
        return seen;
      },
    };
    return name in delays ? Math.max(...delays[name]()) <= cap : undefined;
  },
};

export default { title: 'Retrying a function', subjects, questions };
