import { PolicyError, RateLimitTimeoutError, retry, retryIf, stop, TokenBucket } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import { RetryCallState } from '../../lib/call/call-state.js';
import { GateFault, isOwnRefusal, type Gate, type Permit } from '../../lib/call/gate.js';
import type { Outcome } from '../../lib/call/outcome.js';
import { Passage, Refusal, refusedOutcome } from '../../lib/engine/gates.js';
import { thrown } from '../thrown.js';

const invocation = { fn: () => undefined, naming: 'fn', self: undefined, args: [] };
const call = {
  state: new RetryCallState({} as never, invocation, 0),
  remainingTime: () => Infinity,
  lastError: () => undefined,
};
const ENDED: Outcome = { attemptNumber: 1, failed: false, value: 1 };

/** A gate that notes what it is told. */
function gateOf(name: string, told: string[], more: Partial<Permit> = {}, later = false): { gate: Gate } {
  const permit: Permit = {
    cancel: () => void told.push(`${name} cancel`),
    end: () => void told.push(`${name} end`),
    ...more,
  };
  return { gate: { admit: () => (later ? Promise.resolve(permit) : permit) } };
}

describe('Passage', () => {
  let told: string[];
  let passage: Passage;
  beforeEach(() => {
    told = [];
    passage = new Passage();
  });

  test('passes gates that admit at once at once, and ends them from the inside out', () => {
    expect(passage.enter(call, [gateOf('outer', told), gateOf('inner', told)], undefined)).toBeUndefined();
    expect(passage.end(ENDED)).toBeUndefined();
    expect(told).toEqual(['inner end', 'outer end']);
    expect(passage.isEmpty).toBe(true);
  });

  test('does not ask a gate once more where none took time', () => {
    const confirm = jest.fn();
    void passage.enter(call, [gateOf('only', told, { confirm })], undefined);
    expect(confirm).not.toHaveBeenCalled();
  });

  test('asks the outer gates once more after an inner one that took time', async () => {
    const outer = gateOf('outer', told, { confirm: () => void told.push('outer confirm') });
    await passage.enter(call, [outer, gateOf('inner', told, {}, true)], undefined);
    expect(told).toEqual(['outer confirm']);
  });

  test('rejects with a Refusal of what a gate throws; what was admitted is cancelled', () => {
    const refusal = new Error('full');
    const gate: Gate = {
      admit: () => {
        throw refusal;
      },
    };
    expect(() => passage.enter(call, [gateOf('outer', told), { gate }], undefined)).toThrow(Refusal);
    passage.cancel();
    expect(told).toEqual(['outer cancel']);
  });

  test('turns a fault that a gate found into a PolicyError of its option', () => {
    const gate: Gate = {
      admit: () => {
        throw new GateFault('limiter', new TypeError('no cost'));
      },
    };
    expect(() => passage.enter(call, [{ gate }], undefined)).toThrow(PolicyError);
  });

  test('cancels a permit that comes after it was cancelled', async () => {
    const entered = passage.enter(call, [gateOf('late', told, {}, true)], undefined);
    passage.cancel();
    await entered;
    expect(told).toEqual(['late cancel']);
  });

  test('is cancelled from the inside out, at every gate though some throw, and fails with the first error', () => {
    const broken = (name: string) => () => {
      told.push(name);
      throw new Error(name);
    };
    const steps = [
      gateOf('outer', told),
      gateOf('middle', told, { cancel: broken('middle') }),
      gateOf('inner', told, { cancel: broken('inner') }),
    ];
    void passage.enter(call, steps, undefined);
    expect(() => {
      passage.cancel();
    }).toThrow(new Error('inner'));
    expect(told).toEqual(['inner', 'middle', 'outer cancel']);
  });

  test.each([
    ['a limit', true],
    ['a gate that is no limit', false],
  ])('knows whether it waits for %s', async (_what, isLimit) => {
    const { gate } = gateOf('slow', told, {}, true);
    const entered = passage.enter(call, [{ gate: { ...gate, isLimit } }], undefined);
    expect(passage.awaitsLimit).toBe(isLimit);
    await entered;
    expect(passage.awaitsLimit).toBe(false);
  });

  test('tells the gates that want to know it when the attempt waits below', () => {
    const waiting = jest.fn();
    void passage.enter(call, [gateOf('outer', told, { waiting }), gateOf('inner', told)], undefined);
    passage.waiting(true);
    expect(passage.awaitsLimit).toBe(true);
    passage.waiting(false);
    expect(passage.awaitsLimit).toBe(false);
    expect(waiting.mock.calls).toEqual([[true], [false]]);
  });

  test('tells the limits alone how the attempt ended that is made once more', async () => {
    void passage.enter(call, [gateOf('breaker', told), gateOf('limits', told)], undefined);
    await passage.endLimits(ENDED);
    expect(told).toEqual(['limits end']);
    await passage.end(ENDED);
    expect(told).toEqual(['limits end', 'breaker end']);
  });

  test('ends no gate where the consumer leaves, and needs none that wants to know it', () => {
    const steps = [
      gateOf('slot', told, { held: true, leave: () => void told.push('slot leave') }),
      gateOf('other', told),
    ];
    void passage.enter(call, steps, undefined);
    passage.leave();
    expect(told).toEqual(['slot leave']);
    expect(passage.isEmpty).toBe(true);
  });

  test('keeps what is held while a stream is open', async () => {
    await passage.enter(call, [gateOf('breaker', told), gateOf('slot', told, { held: true })], undefined);
    await passage.end(ENDED, true);
    expect(told).toEqual(['breaker end']);
    await passage.end(ENDED);
    expect(told).toEqual(['breaker end', 'slot end']);
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ])('ends every gate though one %s, and fails with its error', async (_how, end) => {
    await passage.enter(call, [gateOf('outer', told), gateOf('inner', told, { end })], undefined);
    await expect((async () => passage.end(ENDED))()).rejects.toThrow('broken');
    expect(told).toEqual(['outer end']);
  });
});

describe('refusedOutcome', () => {
  test('marks the error as an own refusal', () => {
    const error = new Error('full');
    const failedWith = (failure: unknown): Outcome => ({ attemptNumber: 1, failed: true, error: failure });
    expect(refusedOutcome({ lastError: () => undefined, failedWith }, error)).toMatchObject({ error });
    expect(isOwnRefusal(error)).toBe(true);
  });

  test('gives a wait that was too long the last error as its cause', () => {
    const last = new Error('busy');
    const error = new RateLimitTimeoutError(10, 5);
    refusedOutcome({ lastError: () => last, failedWith: () => ENDED }, error);
    expect(error.cause).toBe(last);
  });

  test('leaves a cause as it is, and gives none where there was no error', () => {
    const error = new RateLimitTimeoutError(10, 5);
    refusedOutcome({ lastError: () => undefined, failedWith: () => ENDED }, error);
    expect('cause' in error).toBe(false);
    const first = new Error('busy');
    error.cause = first;
    refusedOutcome({ lastError: () => new Error('later'), failedWith: () => ENDED }, error);
    expect(error.cause).toBe(first);
  });

  test('does not make an error its own cause that is given up although it was to be retried', async () => {
    const limiter = new TokenBucket({ rate: 1, capacity: 1, initial: 0, clock: new VirtualClock() });
    const options = { limiter, maxWait: 0, retryIf: retryIf.always, stop: stop.afterAttempt(1), reraise: true };
    const error = await thrown(retry(() => 1, options)());
    expect(error).toBeInstanceOf(RateLimitTimeoutError);
    expect('cause' in error).toBe(false);
  });
});
