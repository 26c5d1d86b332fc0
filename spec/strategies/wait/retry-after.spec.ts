import { Retrying, stop, wait } from 'tenax';
import { retryIfHttp } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../thrown.js';

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
