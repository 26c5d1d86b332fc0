/** What circuit breakers do, in real time: each trap that users of one of them reported is an experiment. */
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  noJitterGenerator,
  wrap,
} from 'cockatiel';
import Opossum from 'opossum';
import { CircuitBreaker, ConcurrencyLimiter, Retrying, stop, wait } from '../tenax.mjs';
import { after } from './tools.mjs';

const BREAK = 100;
const counted = (error) => !(error instanceof TypeError);
const threshold = { errorThresholdPercentage: 50, volumeThreshold: 3, timeout: false };

/**
 * Each opens after three failures, for 100 ms. `run` calls a function within the breaker. Where a library takes no signal, the
 * function itself rejects.
 */
const subjects = {
  tenax: {
    byDefault: () => tenaxOf(new CircuitBreaker()),
    make: (options) => tenaxOf(new CircuitBreaker({ failures: 3, breakFor: wait.fixed(BREAK), ...options })),
    ignoringTypeErrors: () =>
      subjects.tenax.make({ countIf: ({ outcome }) => outcome.failed && counted(outcome.error) }),
    growing: () => subjects.tenax.make({ breakFor: wait.exponential({ initial: BREAK }) }),
    withProbeTimeout: () => subjects.tenax.make({ probeTimeout: BREAK }),
    oneAtATime: () => {
      const limiter = new ConcurrencyLimiter({ limit: 1, maxPending: 0 });
      const retrying = new Retrying({
        breaker: new CircuitBreaker(),
        limiter,
        stop: stop.afterAttempt(1),
        reraise: true,
      });
      return { run: (fn) => retrying.call(fn), end: () => undefined };
    },
    restart: (breaker) => subjects.tenax.make({ restored: JSON.parse(JSON.stringify(breaker.own)) }),
  },
  opossum: {
    byDefault: () => opossumOf({}),
    make: (options) => opossumOf({ ...threshold, resetTimeout: BREAK, ...options }),
    ignoringTypeErrors: () => subjects.opossum.make({ errorFilter: (error) => !counted(error) }),
    growing: () => subjects.opossum.make(),
    withProbeTimeout: () => subjects.opossum.make({ timeout: BREAK }),
    oneAtATime: () => opossumOf({ capacity: 1 }),
    restart: (breaker) => subjects.opossum.make({ state: JSON.parse(JSON.stringify(breaker.own)).state }),
  },
  cockatiel: {
    byDefault: () => cockatielOf(handleAll, {}),
    make: (options) => cockatielOf(handleAll, options),
    ignoringTypeErrors: () => cockatielOf(handleWhen(counted), {}),
    growing: () =>
      cockatielOf(handleAll, {
        halfOpenAfter: new ExponentialBackoff({ initialDelay: BREAK, exponent: 4, generator: noJitterGenerator }),
      }),
    withProbeTimeout: () => subjects.cockatiel.make(),
    oneAtATime: () => {
      const own = circuitBreaker(handleAll, { halfOpenAfter: BREAK, breaker: new ConsecutiveBreaker(5) });
      const both = wrap(own, bulkhead(1));
      return { run: (fn) => both.execute(fn), end: () => undefined };
    },
    restart: (breaker) => subjects.cockatiel.make({ initialState: JSON.parse(JSON.stringify(breaker.own.toJSON())) }),
  },
  'Polly 8': undefined,
};

const tenaxOf = (own) => ({
  own,
  run: (fn, signal) => own.run(fn, signal === undefined ? {} : { signal }),
  hold: (reason) => own.hold(reason),
  end: () => undefined,
});

function opossumOf(options) {
  const own = new Opossum((fn) => fn(), options);
  return {
    own,
    run: (fn) => own.fire(fn),
    hold: () => {
      own.open();
      return () => own.close();
    },
    end: () => own.shutdown(),
  };
}

function cockatielOf(handled, options) {
  const own = circuitBreaker(handled, { halfOpenAfter: BREAK, breaker: new ConsecutiveBreaker(3), ...options });
  return {
    own,
    run: (fn, signal) => own.execute(fn, signal),
    hold: () => {
      const { dispose } = own.isolate();
      return dispose;
    },
    end: () => undefined,
  };
}

const down = async () => {
  throw new Error('down');
};
const quietly = (promise) => Promise.resolve(promise).catch((error) => error);
const times = async (n, call) => {
  for (let i = 0; i < n; i += 1) await quietly(call());
};
const open = (breaker) => times(3, () => breaker.run(down));

/** Whether a call is let through within 50 ms; it then takes `ms`. */
async function lets(breaker, ms = 0) {
  let called = false;
  const call = quietly(
    breaker.run(async () => {
      called = true;
      await after(ms);
    }),
  );
  await Promise.race([call, after(50)]);
  return called;
}

/** How many of five calls at once, each of which takes 100 ms, are let through within 50 ms. */
async function howMany(breaker) {
  const through = await Promise.all(Array.from({ length: 5 }, () => lets(breaker, 100)));
  return through.filter(Boolean).length;
}

/** An experiment on a breaker, which is shut down after it. */
const on = (make, experiment) => async (subject) => {
  const breaker = make(subject);
  try {
    return await experiment(breaker, subject);
  } finally {
    breaker.end();
  }
};
const made = (experiment) => on((subject) => subject.make(), experiment);

const questions = {
  'one failure of one call leaves it closed, by default': on(
    (subject) => subject.byDefault(),
    async (breaker) => {
      await quietly(breaker.run(down));
      return lets(breaker);
    },
  ),
  'answers of 404 leave it closed, by default': on(
    (subject) => subject.byDefault(),
    async (breaker) => {
      await times(30, () => breaker.run(() => Promise.reject(Object.assign(new Error('404'), { status: 404 }))));
      return lets(breaker);
    },
  ),
  'aborts leave it closed, by default': on(
    (subject) => subject.byDefault(),
    async (breaker) => {
      await times(30, () => {
        const controller = new AbortController();
        const call = breaker.run(
          () =>
            new Promise((_, reject) => {
              controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
            }),
          controller.signal,
        );
        controller.abort();
        return call;
      });
      return lets(breaker);
    },
  ),
  'refusals of its own limit leave it closed (one call at a time, ten at once)': on(
    (subject) => subject.oneAtATime(),
    async (breaker) => {
      await Promise.all(Array.from({ length: 10 }, () => quietly(breaker.run(() => after(20)))));
      return lets(breaker);
    },
  ),
  'half-open, one call of five is let through': made(async (breaker) => {
    await open(breaker);
    await after(BREAK + 20);
    return (await howMany(breaker)) === 1;
  }),
  'a probe that is aborted gives its permit back': made(async (breaker) => {
    await open(breaker);
    await after(BREAK + 20);
    const controller = new AbortController();
    const probe = breaker.run(
      () =>
        new Promise((_, reject) => {
          controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
        }),
      controller.signal,
    );
    controller.abort();
    await quietly(probe);
    return lets(breaker);
  }),
  'a probe that hangs gives its permit back after a while': on(
    (subject) => subject.withProbeTimeout(),
    async (breaker) => {
      await open(breaker);
      await after(BREAK + 20);
      void quietly(breaker.run(() => new Promise(() => undefined)));
      await after(3 * BREAK);
      return lets(breaker);
    },
  ),
  'a probe that ends with an error that does not count does not close it': on(
    (subject) => subject.ignoringTypeErrors(),
    async (breaker) => {
      await open(breaker);
      await after(BREAK + 20);
      await quietly(breaker.run(() => Promise.reject(new TypeError('a mistake'))));
      return (await howMany(breaker)) === 1;
    },
  ),
  'a success that comes late does not close it': made(async (breaker) => {
    const late = breaker.run(() => after(50));
    await open(breaker);
    await quietly(late);
    return !(await lets(breaker));
  }),
  'a failure that comes late does not lengthen the break': made(async (breaker) => {
    const late = quietly(breaker.run(() => after(80).then(down)));
    await open(breaker);
    await late;
    await after(BREAK - 55);
    return lets(breaker);
  }),
  'breaks grow while probes fail': on(
    (subject) => subject.growing(),
    async (breaker) => {
      await open(breaker);
      await after(BREAK + 20);
      await quietly(breaker.run(down));
      await after(BREAK + 30);
      return !(await lets(breaker));
    },
  ),
  'the refusal says when to come back': made(async (breaker) => {
    await open(breaker);
    const refusal = await quietly(breaker.run(down));
    return Object.values(refusal).some((value) => typeof value === 'number' && value > 0 && value <= BREAK);
  }),
  'the refusal contains the failure that opened it': made(async (breaker) => {
    await open(breaker);
    return (await quietly(breaker.run(down))).cause?.message === 'down';
  }),
  'the Retry-After of the failing answer lengthens the break': made(async (breaker) => {
    const busy = Object.assign(new Error('503'), { status: 503, headers: { 'retry-after': '2' } });
    await times(3, () => breaker.run(() => Promise.reject(busy)));
    await after(BREAK + 50);
    return !(await lets(breaker));
  }),
  'it opens without a timer': made(async (breaker) => {
    const { setTimeout: own, setInterval: ownInterval } = globalThis;
    let timers = 0;
    const counting =
      (set) =>
      (...args) => {
        timers += 1;
        return set(...args);
      };
    globalThis.setTimeout = counting(own);
    globalThis.setInterval = counting(ownInterval);
    await open(breaker);
    Object.assign(globalThis, { setTimeout: own, setInterval: ownInterval });
    return timers === 0;
  }),
  'it can be held open by hand, whatever the calls in progress do': made(async (breaker) => {
    const late = breaker.run(() => after(30));
    const release = breaker.hold('maintenance');
    await quietly(late);
    await after(BREAK + 30);
    const refused = !(await lets(breaker));
    release();
    return refused && (await lets(breaker));
  }),
  'its state survives a restart, and the break continues meanwhile': made(async (breaker, subject) => {
    await open(breaker);
    const early = subject.restart(breaker);
    const refused = !(await lets(early));
    await after(BREAK + 20);
    const late = subject.restart(breaker);
    const through = await lets(late);
    early.end();
    late.end();
    return refused && through;
  }),
};

/** What Polly's documentation says (pollydocs.org, strategies/circuit-breaker, version 8); what it does not say is a dash. */
const DOCUMENTED = {
  'one failure of one call leaves it closed, by default': true,
  'half-open, one call of five is let through': true,
  'breaks grow while probes fail': true,
  'the refusal says when to come back': true,
  'the refusal contains the failure that opened it': true,
  'it can be held open by hand, whatever the calls in progress do': true,
  'aborts leave it closed, by default': true,
};

const asked = Object.fromEntries(
  Object.entries(questions).map(([question, experiment]) => [
    question,
    async (subject, name) => (name === 'Polly 8' ? DOCUMENTED[question] : experiment(subject)),
  ]),
);

export default { title: 'Circuit breakers', subjects, questions: asked };
