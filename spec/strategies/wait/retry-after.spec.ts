import { Retrying, stop, wait } from 'tenax';
import { retryIfHttp } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../thrown.js';
import { any, refuses } from '../refuses.js';
import { answered, raised, stateAt } from '../states.js';
import { duration, refusesWrongOptions } from './wrong-options.js';

/** What is slept between the attempts that end in these outcomes, the last of which repeats. */
async function slept(outcomes: readonly unknown[], options: object = {}): Promise<number[]> {
  const sleeps: number[] = [];
  const policy = new Retrying({
    wait: wait.retryAfter({ fallback: wait.fixed(7) }),
    stop: stop.afterAttempt(4),
    sleep: async (ms: number) => void sleeps.push(ms),
    ...options,
  });
  let calls = 0;
  await thrown(
    policy.run(async () => {
      const outcome = outcomes[Math.min(calls, outcomes.length - 1)];
      calls += 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    }),
  );
  return sleeps;
}

const answer = (headers: object, status = 429): Error => Object.assign(new Error('x'), { status, headers });

describe('wait.retryAfter', () => {
  test('waits for the time that the answer of any client names', async () => {
    expect(await slept([answer({ 'retry-after': '2' }), answer({ 'x-ms-retry-after-ms': '30' }), answer({})])).toEqual([
      2000, 30, 7,
    ]);
    expect(
      await slept([Object.assign(new Error('x'), { response: { statusCode: 503, headers: { 'retry-after': '1' } } })]),
    ).toEqual([1000, 1000, 1000]);
  });

  test('waits for the time of an accepted answer', async () => {
    const polled = new Response('', { status: 202, headers: { 'retry-after': '3' } });
    expect(await slept([polled], { retryIf: retryIfHttp.status(202), retryErrorCallback: () => { throw new Error('end'); } })).toEqual([3000, 3000, 3000]);
  }); // prettier-ignore

  test.each([
    [{ 'retry-after': '0' }],
    [{ 'retry-after': '-3' }],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000000000' }],
  ])('uses a time of 0 or in the past, %j, for the first retry of a call alone', async (headers) => {
    expect(await slept([answer(headers)])).toEqual([0, 7, 7]);
    expect(await slept([answer({}), answer(headers)])).toEqual([7, 7, 7]);
  });

  test('gives up where the time is above max', async () => {
    expect(await slept([answer({ 'retry-after': '301' })])).toEqual([]);
    expect(await slept([answer({ 'retry-after': '300' })])).toEqual([300_000, 300_000, 300_000]);
    expect(await slept([answer({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '301' })])).toEqual([]);
  });

  test('reads a bare retryAfter in milliseconds', async () => {
    expect(await slept([Object.assign(new Error('x'), { retryAfter: 1500 })])).toEqual([1500, 1500, 1500]);
  });

  test('is virtual with a virtual clock', async () => {
    const clock = new VirtualClock();
    const call = new Retrying({ clock, wait: wait.retryAfter(), stop: stop.afterAttempt(2) }).run(() => {
      throw answer({ 'retry-after': '2' });
    });
    await clock.run(thrown(call));
    expect(clock.now()).toBe(2000);
  });
});

describe('the delay of wait.retryAfter', () => {
  const told = (retryAfter: unknown) => raised(Object.assign(new Error(), { retryAfter }));
  const strategy = wait.retryAfter({ max: 5000, fallback: wait.fixed(7) });

  test('is the time that the server named, at most max; above it the call gives up', () => {
    expect([0, 1, 5000, 5001].map((ms) => strategy.delay(told(ms)))).toEqual([0, 1, 5000, Infinity]);
    expect(wait.retryAfter().delay(told(300_000))).toBe(300_000);
    expect(wait.retryAfter().delay(told(300_001))).toBe(Infinity);
  });

  test('may be as long as the server says where max is Infinity', () => {
    expect(wait.retryAfter({ max: Infinity }).delay(told(1e15))).toBe(1e15);
    expect(wait.retryAfter({ max: 0 }).delay(told(1))).toBe(Infinity);
  });

  test('is that of the fallback where no time was named', () => {
    expect(['3', Number.NaN, -1, undefined].map((ms) => strategy.delay(told(ms)))).toEqual([7, 7, 7, 7]);
    expect([strategy.delay(answered(1)), strategy.delay(raised('text'))]).toEqual([7, 7]);
  });

  test('is taken from any object that was thrown, and from nothing else', () => {
    expect(strategy.delay(raised({ retryAfter: 20 }))).toBe(20);
    for (const state of [raised(null), raised(undefined), answered({ retryAfter: 20 })]) {
      expect(strategy.delay(state)).toBe(7);
    }
    const running = raised({ retryAfter: 20 });
    running.outcome = undefined;
    expect(strategy.delay(running)).toBe(7);
  });

  test('is by default at most a minute where no time was named, spread at its cap too', () => {
    expect(wait.retryAfter().delay(raised(new Error()))).toBe(750);
    expect(wait.retryAfter().delay(stateAt(20))).toBe(45_000);
  });
});

describe('wait.retryAfter refuses', () => {
  refusesWrongOptions('wait.retryAfter', wait.retryAfter, { max: duration });
  refuses([
    [
      new TypeError('wait.retryAfter has no option "nonsense"; it takes max, fallback'),
      () => wait.retryAfter(any({ nonsense: 1 })),
    ],
    [new TypeError('wait.retryAfter takes an object with max, fallback, got 5'), () => wait.retryAfter(any(5))],
    [
      new TypeError(
        'wait.retryAfter: fallback takes a wait strategy (wait.fixed(1000)) or a function of the call state, got 5',
      ),
      () => wait.retryAfter({ fallback: any(5) }),
    ],
  ]);
});
