import { lazyNow } from '../../lib/base/clock';
import { RetryCallState, type Invocation } from '../../lib/call/call-state';

const invocation = (more: Partial<Invocation> = {}): Invocation => ({
  fn: () => undefined,
  naming: 'load',
  self: undefined,
  args: [],
  ...more,
});

describe('The state of a call that begins', () => {
  test('is before its first attempt, with nothing slept and no outcome', () => {
    const state = new RetryCallState({} as never, invocation(), 7);
    expect(state).toMatchObject({ attemptNumber: 1, idleFor: 0, upcomingSleep: 0, startTime: 7 });
    expect([state.outcome, state.signal, state.outcomeTimestamp, state.elapsed]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('holds what the call is about', () => {
    const retrying = {} as never;
    const fn = (): void => undefined;
    const self = {};
    const args = [1, 2];
    const state = new RetryCallState(retrying, { fn, naming: 'load', self, args }, 0);
    expect([state.retrying, state.fn, state.self, state.args]).toEqual([retrying, fn, self, args]);
    expect(state.args).toBe(args);
  });

  test('takes its chance from Math.random, or from what it is given', () => {
    const random = (): number => 0.25;
    expect(new RetryCallState({} as never, invocation(), 0).random).toBe(Math.random);
    expect(new RetryCallState({} as never, invocation(), 0, random).random).toBe(random);
  });
});

describe('fnName', () => {
  test('is the name that was given', () => {
    expect(new RetryCallState({} as never, invocation(), 0).fnName).toBe('load');
  });

  test('is asked of a function of `this`, when somebody wants to know', () => {
    const naming = jest.fn((self: unknown) => `${(self as { kind: string }).kind}.load`);
    const state = new RetryCallState({} as never, invocation({ naming, self: { kind: 'Items' } }), 0);
    expect(naming).not.toHaveBeenCalled();
    expect(state.fnName).toBe('Items.load');
  });
});

describe('The times of a call', () => {
  test('are milliseconds on the clock, and elapsed is what lies between them', () => {
    const state = new RetryCallState({} as never, invocation(), 100);
    state.ended = 130;
    expect([state.startTime, state.outcomeTimestamp, state.elapsed]).toEqual([100, 130, 30]);
  });

  test('are read where they were only noted', () => {
    const moment = lazyNow();
    const state = new RetryCallState({} as never, invocation(), moment);
    state.ended = moment;
    expect(state.startTime).toBeGreaterThan(0);
    expect([state.outcomeTimestamp, state.elapsed]).toEqual([state.startTime, 0]);
  });

  test('tell an attempt that ended at 0 from one that has not', () => {
    const state = new RetryCallState({} as never, invocation(), 0);
    state.ended = 0;
    expect([state.outcomeTimestamp, state.elapsed]).toEqual([0, 0]);
  });
});
