/**
 * Three uses of limits, on virtual time, side by side: two windows at once; a window and a limit of concurrency under
 * retries; token costs that are corrected afterwards. Each is played once for each library, and its log is asked three
 * questions: whether the bound held in every window, which share of what is allowed was granted, and whether callers were
 * served in the order in which they came.
 */
import Bottleneck from 'bottleneck';
import PQueue from 'p-queue';
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { allOf, ConcurrencyLimiter, retry, SlidingWindow, stop, wait } from '../tenax.mjs';
import { after } from './tools.mjs';
import { virtually } from './virtual-time.mjs';

/** The most that any window of so many milliseconds saw. */
function most(log, window) {
  let sum = 0;
  let first = 0;
  let found = 0;
  for (const { at, tokens } of log) {
    sum += tokens;
    while (at - log[first].at >= window) {
      sum -= log[first].tokens;
      first += 1;
    }
    found = Math.max(found, sum);
  }
  return found;
}

const inOrder = (log) => log.every(({ caller }, i) => i === 0 || log[i - 1].caller < caller);
const sum = (log) => log.reduce((total, { tokens }) => total + tokens, 0);

/** Two windows at once: 20 in 250 ms and 60 in a second, 240 callers who all wait. Due: 60 at each second from 0 to 3. */
const SHORT = { limit: 20, window: 250 };
const LONG = { limit: 60, window: 1000 };
const CALLERS = 240;
const SECONDS = 4;

const twoWindows = {
  tenax: () => {
    const limiter = allOf(new SlidingWindow(SHORT), new SlidingWindow(LONG));
    return async (fn) => {
      await limiter.acquire();
      return fn();
    };
  },
  bottleneck: () => {
    const of = ({ limit, window }) =>
      new Bottleneck({
        reservoir: limit,
        reservoirRefreshAmount: limit,
        reservoirRefreshInterval: window,
        heartbeatInterval: 20,
      });
    // Its own way to combine limiters: one is chained to the other.
    const short = of(SHORT).chain(of(LONG));
    return (fn) => short.schedule(async () => fn());
  },
  'p-queue': () => {
    const short = new PQueue({ intervalCap: SHORT.limit, interval: SHORT.window });
    const long = new PQueue({ intervalCap: LONG.limit, interval: LONG.window });
    return (fn) => long.add(() => short.add(fn));
  },
  'rate-limiter-flexible': () => {
    const of = ({ limit, window }) =>
      new RateLimiterQueue(new RateLimiterMemory({ points: limit, duration: window / 1000 }), { maxQueueSize: 1e6 });
    const short = of(SHORT);
    const long = of(LONG);
    return async (fn) => {
      await long.removeTokens(1);
      await short.removeTokens(1);
      return fn();
    };
  },
};
async function playTwoWindows(make) {
  const seen = [];
  await virtually(SECONDS * 1000, () => {
    const schedule = make();
    for (let caller = 0; caller < CALLERS; caller += 1) {
      void schedule(() => void seen.push({ at: performance.now(), tokens: 1, caller }));
    }
  });
  return {
    bound: most(seen, SHORT.window) <= SHORT.limit && most(seen, LONG.window) <= LONG.limit,
    share: seen.length / CALLERS,
    order: inOrder(seen),
  };
}

/** 40 attempts a second and 8 at once; a third of all attempts fail and are tried again after 100 ms. */
const RATE = { limit: 40, window: 1000 };
const SLOTS = 8;

const retried = {
  tenax: () => {
    const limiter = [new SlidingWindow(RATE), new ConcurrencyLimiter({ limit: SLOTS })];
    const policy = { limiter, stop: stop.afterAttempt(5), wait: wait.fixed(100) };
    return (attempt) => retry(attempt, policy)();
  },
  bottleneck: () => {
    const limiter = new Bottleneck({
      maxConcurrent: SLOTS,
      reservoir: RATE.limit,
      reservoirRefreshAmount: RATE.limit,
      reservoirRefreshInterval: RATE.window,
      heartbeatInterval: 20,
    });
    limiter.on('failed', (_error, { retryCount }) => (retryCount < 4 ? 100 : undefined));
    return (attempt) => limiter.schedule(attempt);
  },
  'p-queue': () => {
    const queue = new PQueue({ concurrency: SLOTS, intervalCap: RATE.limit, interval: RATE.window });
    // It knows no retries: every attempt is put in again.
    const again = async (attempt, left) => {
      try {
        return await queue.add(attempt);
      } catch (error) {
        if (left === 0) throw error;
        await after(100);
        return again(attempt, left - 1);
      }
    };
    return (attempt) => again(attempt, 4);
  },
  // It has no limit of concurrency.
  'rate-limiter-flexible': undefined,
};

async function playRetries(make) {
  if (make === undefined) return undefined;
  const seen = [];
  const firsts = [];
  let inFlight = 0;
  let atOnce = 0;
  const one = (call, caller) => {
    let attempts = 0;
    return call(async () => {
      attempts += 1;
      if (attempts === 1) firsts.push({ caller });
      seen.push({ at: performance.now(), tokens: 1 });
      inFlight += 1;
      atOnce = Math.max(atOnce, inFlight);
      await after(20);
      inFlight -= 1;
      if (attempts === 1 && caller % 3 === 0) throw new Error('once more');
    });
  };
  await virtually(SECONDS * 1000, () => {
    const call = make();
    for (let caller = 0; caller < RATE.limit * SECONDS * 2; caller += 1) one(call, caller).catch(() => undefined);
  });
  return {
    bound: most(seen, RATE.window) <= RATE.limit && atOnce <= SLOTS,
    share: seen.length / (RATE.limit * SECONDS),
    order: inOrder(firsts),
  };
}

/** 10,000 tokens a second; each call is estimated at 200 and uses 100, which is known when it has ended. */
const TOKENS = { limit: 10_000, window: 1000 };
const ESTIMATE = 200;
const USED = 100;

const corrected = {
  tenax: () => {
    const limiter = {
      limiter: new SlidingWindow({ ...TOKENS, unit: 'tokens' }),
      cost: () => ESTIMATE,
      settle: (used) => used,
    };
    return (fn) => retry(fn, { limiter, stop: stop.afterAttempt(1) })();
  },
  bottleneck: () => {
    const limiter = new Bottleneck({
      reservoir: TOKENS.limit,
      reservoirRefreshAmount: TOKENS.limit,
      reservoirRefreshInterval: TOKENS.window,
      heartbeatInterval: 20,
    });
    return async (fn) => {
      const used = await limiter.schedule({ weight: ESTIMATE }, fn);
      await limiter.incrementReservoir(ESTIMATE - used);
      return used;
    };
  },
  // Its calls have no weight.
  'p-queue': undefined,
  'rate-limiter-flexible': () => {
    const memory = new RateLimiterMemory({ points: TOKENS.limit, duration: TOKENS.window / 1000 });
    // Its queue gives nothing back, so a caller asks again when it is told to, and `reward` corrects.
    return async (fn) => {
      for (;;) {
        try {
          await memory.consume('tokens', ESTIMATE);
          break;
        } catch (refusal) {
          if (refusal instanceof Error) throw refusal;
          await memory.reward('tokens', ESTIMATE);
          await after(Math.max(1, refusal.msBeforeNext));
        }
      }
      const used = await fn();
      await memory.reward('tokens', ESTIMATE - used);
      return used;
    };
  },
};

async function playCorrections(make) {
  if (make === undefined) return undefined;
  const seen = [];
  await virtually(SECONDS * 1000, () => {
    const call = make();
    for (let caller = 0; caller < (TOKENS.limit * SECONDS * 2) / USED; caller += 1) {
      const attempt = async () => {
        seen.push({ at: performance.now(), tokens: USED, caller });
        await after(20);
        return USED;
      };
      call(attempt).catch(() => undefined);
    }
  });
  return {
    bound: most(seen, TOKENS.window) <= TOKENS.limit,
    share: sum(seen) / (TOKENS.limit * SECONDS),
    order: inOrder(seen),
  };
}

const played = new Map();
/** Plays a use once for each library; all questions are about that one run. */
const ask = (use, play, makers, question) => async (_subject, name) => {
  const key = `${use} ${name}`;
  let result = played.get(key);
  if (result === undefined) {
    result = await play(makers[name]);
    played.set(key, result ?? null);
  }
  return result ? question(result) : undefined;
};

const USES = {
  'two windows at once': [playTwoWindows, twoWindows],
  'a window and slots under retries': [playRetries, retried],
  'token costs corrected afterwards': [playCorrections, corrected],
};
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const questions = {};
for (const [use, [play, makers]] of Object.entries(USES)) {
  questions[`${use}: no window sees more than it may`] = ask(use, play, makers, ({ bound }) => bound);
  questions[`${use}: share of what is allowed`] = ask(use, play, makers, ({ share }) => percent(share));
  questions[`${use}: first come, first served`] = ask(use, play, makers, ({ order }) => order);
}

export default { title: 'Limits together', subjects: twoWindows, questions };
