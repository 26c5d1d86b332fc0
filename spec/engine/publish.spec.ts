import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PolicyError, RetryError, Retrying, retryIf, stop, wait, type RetryCallState, type RetryOptions } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { publish } from '../../lib/engine/publish';
import { thrown } from '../thrown';

interface Message {
  readonly state?: RetryCallState;
  readonly error?: unknown;
  readonly reason?: unknown;
}

const failure = new Error('broken');
const reason = new Error('enough');
const fails = async (): Promise<never> => {
  throw failure;
};

describe('Those who listen to the channels of a call', () => {
  const names = ['attempt', 'retry', 'success', 'giveup', 'abort'];
  let told: string[];
  let messages: Message[];
  const listeners = names.map((name) => ({
    channel: `tenax:${name}`,
    listener: (message: unknown): void => {
      told.push(`${name} ${(message as Message).state?.attemptNumber}`);
      messages.push(message as Message);
    },
  }));

  beforeEach(() => {
    told = [];
    messages = [];
    for (const { channel, listener } of listeners) subscribe(channel, listener);
  });
  afterEach(() => {
    for (const { channel, listener } of listeners) unsubscribe(channel, listener);
  });

  const policy = (options: RetryOptions = {}): Retrying =>
    new Retrying({ stop: stop.afterAttempt(2), clock: new VirtualClock(), ...options });
  const succeedsAtSecond = () => {
    let made = 0;
    return async (): Promise<string> => {
      made += 1;
      return made < 2 ? fails() : 'done';
    };
  };

  test('are told of every attempt, every retry and the success', async () => {
    expect(await policy().call(succeedsAtSecond())).toBe('done');
    expect(told).toEqual(['attempt 1', 'retry 1', 'attempt 2', 'success 2']);
  });

  test('are told of a call that is given up, with what it fails with', async () => {
    const error = await thrown(policy().call(fails));
    expect(error).toBeInstanceOf(RetryError);
    expect(told).toEqual(['attempt 1', 'retry 1', 'attempt 2', 'giveup 2']);
    expect(messages.at(-1)?.error).toBe(error);
  });

  test.each<[string, RetryOptions, unknown]>([
    ['an error that is not retried', { retryIf: retryIf.never }, failure],
    ['the last error itself', { reraise: true, stop: stop.afterAttempt(1) }, failure],
    ['a fault of the policy', { wait: fails, stop: stop.never }, expect.any(PolicyError)],
  ])('are told of a call that fails with %s', async (_what, options, error) => {
    await thrown(policy(options).call(fails));
    expect(told).toEqual(['attempt 1', 'giveup 1']);
    expect(messages.at(-1)?.error).toEqual(error);
  });

  test('are told of a success where retryErrorCallback answers', async () => {
    const options = { stop: stop.afterAttempt(1), retryErrorCallback: () => 'instead' };
    expect(await policy(options).call(fails)).toBe('instead');
    expect(told).toEqual(['attempt 1', 'success 1']);
  });

  test('are told of an abort, with its reason, and not that the call was given up', async () => {
    const controller = new AbortController();
    const clock = new VirtualClock();
    const call = policy({ clock, wait: wait.fixed(10), signal: controller.signal }).call(fails);
    await clock.advance(5);
    controller.abort(reason);
    await thrown(call);
    await clock.advance(10);
    expect(told).toEqual(['attempt 1', 'retry 1', 'abort 2']);
    expect(messages.at(-1)).toEqual({ state: messages[0]?.state, reason });
  });

  test('are told of a retry after the hooks of beforeSleep', async () => {
    const beforeSleep = () => void told.push('hook');
    await policy({ beforeSleep }).call(succeedsAtSecond());
    expect(told).toEqual(['attempt 1', 'hook', 'retry 1', 'attempt 2', 'success 2']);
  });

  test('are not told of a retry where the caller has aborted while beforeSleep took its time', async () => {
    const controller = new AbortController();
    const clock = new VirtualClock();
    const beforeSleep = () => clock.sleep(10);
    const call = policy({ clock, beforeSleep, signal: controller.signal }).call(fails);
    await clock.advance(5);
    controller.abort(reason);
    await thrown(call);
    await clock.advance(10);
    expect(told).toEqual(['attempt 1', 'abort 1']);
  });

  test('are told of a retry after a beforeSleep that takes its time', async () => {
    const beforeSleep = async (): Promise<void> => {
      await undefined;
      told.push('hook');
    };
    await policy({ beforeSleep }).call(succeedsAtSecond());
    expect(told).toEqual(['attempt 1', 'hook', 'retry 1', 'attempt 2', 'success 2']);
  });

  test('get the state of the call, one for all', async () => {
    const states: unknown[] = [];
    await policy({ before: (state) => void states.push(state) }).call(succeedsAtSecond());
    expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(states));
    expect(messages.map((message) => Object.keys(message))).toEqual([['state'], ['state'], ['state'], ['state']]);
  });

  test('hear of a call that succeeds at once, with arguments and `this` as they were', async () => {
    const owner = {
      load: policy().wraps(function (this: unknown, ...args: unknown[]) {
        return [this, ...args];
      }),
    };
    expect(await owner.load(1, 2)).toEqual([owner, 1, 2]);
    expect(told).toEqual(['attempt 1', 'success 1']);
    expect(messages[0]?.state).toMatchObject({ self: owner, args: [1, 2] });
  });
});

test('nothing is built for a channel that nobody listens to', () => {
  const channel = { hasSubscribers: false, publish: jest.fn() };
  const state = { retrying: new Retrying({ stop: stop.never }) } as unknown as RetryCallState;
  publish(channel, state, { error: failure });
  expect(channel.publish).not.toHaveBeenCalled();
  publish({ ...channel, hasSubscribers: true }, state, { error: failure });
  expect(channel.publish.mock.calls).toEqual([[{ state, error: failure }]]);
});

test('who listens to one channel alone hears of it', async () => {
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  subscribe('tenax:success', listener);
  try {
    await new Retrying({ stop: stop.never }).call(async () => 1);
  } finally {
    unsubscribe('tenax:success', listener);
  }
  await new Retrying({ stop: stop.never }).call(async () => 1);
  expect(heard).toHaveLength(1);
});
