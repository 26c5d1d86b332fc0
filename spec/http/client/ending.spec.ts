import { getEventListeners } from 'node:events';
import { PolicyError, retry, RetryError, retryIf, stop } from 'tenax';
import { ClientError, retryingFetch, ServerError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../thrown.js';
import { answer, reset, scripted, type Reply } from './body/scripted-client.js';

const once = { resume: false, stop: stop.afterAttempt(1) };
const twice = { ...once, stop: stop.afterAttempt(2) };
const polls = { retryIf: ({ outcome }: any): boolean => outcome.failed || outcome.value.status === 202 };

describe('A call that the policy has given up', () => {
  test('resolves with its last answer if the transport accepts it, and asks no fallback', async () => {
    const fallback = jest.fn();
    const { send } = scripted([answer(202), answer(202)], { ...twice, ...polls, fallback });
    expect(await send()).toEqual(answer(202));
    expect(fallback).not.toHaveBeenCalled();
  });

  test('rejects with the RetryError that reraise: false or retryErrorClass asks for', async () => {
    class GaveUp extends RetryError {}
    for (const wanted of [{ reraise: false }, { retryErrorClass: GaveUp }]) {
      const { send } = scripted([answer(202)], { ...once, ...polls, ...wanted });
      expect(await thrown(send())).toBeInstanceOf(RetryError);
    }
  });

  test('rejects with the RetryError of a policy within the transport, however that ended', async () => {
    const inner = retry(async () => answer(202), { stop: stop.afterAttempt(1), retryIf: retryIf.result(() => true) });
    const error = await thrown<RetryError>(scripted([inner], once).send());
    expect(error).toBeInstanceOf(RetryError);
    expect(error.lastAttempt).toMatchObject({ failed: false, value: answer(202) });
    const idempotencyKey = (): never => {
      throw error;
    };
    const target = { headers: new Headers() };
    expect(await thrown(scripted([], { ...once, idempotencyKey }).send({ target }))).toBe(error);
  });

  test('rejects with the error that a fallback throws, be it the one that it was given', async () => {
    const fallback = (error: unknown): never => {
      throw error;
    };
    const options = { stop: stop.afterAttempt(1), fallback };
    const fetch = retryingFetch(options, async () => new Response('', { status: 503 }));
    expect(await thrown(fetch('http://api.test/'))).toBeInstanceOf(ServerError);
  });

  test.each([undefined, answer(503)])('resolves with %j if retryErrorCallback returns it', async (result) => {
    const { send } = scripted([answer(500)], { ...once, retryErrorCallback: () => result });
    expect(await send()).toBe(result);
  });

  test('resolves with its last answer if retryErrorCallback returns it and the transport accepts it', async () => {
    const retryErrorCallback = ({ outcome }: any): unknown => outcome.value;
    const { send } = scripted([answer(202)], { ...once, ...polls, retryErrorCallback });
    expect(await send()).toEqual(answer(202));
  });

  test('rejects with the error of a fallback after a hook has failed', async () => {
    const [failed, other] = [new Error('no token'), new Error('nothing instead')];
    const given: unknown[] = [];
    const options = {
      refresh: () => Promise.reject(failed),
      fallback: (error: unknown): never => {
        given.push(error);
        throw other;
      },
    };
    expect(await thrown(scripted([answer(401)], { ...once, ...options }).send())).toBe(other);
    expect(given).toEqual([expect.any(ClientError)]);
  });
});

describe('An answer below 400 that the transport does not accept', () => {
  const accepts = ({ status }: Reply): boolean => status === 200;
  const refusal = ({ status }: Reply): Error => new Error(`refused ${status}`);

  test.each([
    ['accepts', {}],
    ['retries in vain', { retryIf: ({ outcome }: any) => outcome.value?.status === 204 }],
  ])('rejects with the error that the transport names, if the policy %s it', async (_how, options) => {
    const { send } = scripted([answer(204), answer(204)], { ...twice, ...options }, { accepts, refusal });
    expect((await thrown(send())).message).toBe('refused 204');
  });

  test.each([
    ['accepts', {}],
    ['retries in vain', { retryIf: ({ outcome }: any) => outcome.value?.status === 204 }],
  ])('rejects with a typed error without a named one, if the policy %s it', async (_how, options) => {
    const { send } = scripted([answer(204), answer(204)], { ...twice, ...options }, { accepts });
    const error = await thrown(send());
    expect(error).toBeInstanceOf(ClientError);
    expect(error.message).toMatch(/^GET http:\/\/api\.test\/file answered 204/);
  });

  test('is replaced by a fallback, which gets its error', async () => {
    const fallback = async (error: unknown): Promise<unknown> => ({ instead: (error as Error).message });
    const { send } = scripted([answer(204)], { ...once, fallback }, { accepts, refusal });
    expect(await send()).toEqual({ instead: 'refused 204' });
  });

  test('is not resolved with if the fallback throws, whatever it throws', async () => {
    let first: unknown;
    const options = {
      beforeSleep: ({ outcome }: any) => void (first = outcome.error),
      fallback: (): never => {
        throw first;
      },
    };
    const own = { accepts, refusal, resolvesAll: true };
    const { send } = scripted([answer(503), answer(204)], { ...twice, ...options }, own);
    const error = await thrown(send());
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toBe(first);
  });
});

describe('Before an attempt is made again', () => {
  test('the answer of the last one is discarded, and nothing else', async () => {
    const replies = [answer(503), reset(), answer(202), answer(200)];
    const options = { stop: stop.afterAttempt(9), ...polls };
    const events: unknown[] = [];
    const told = replies.map((reply, i) => async (): Promise<Reply> => {
      events.push(`request ${i + 1}`);
      if (reply instanceof Error) throw reply;
      return reply;
    });
    const discard = ({ status }: Reply): void => void events.push(status);
    expect(await scripted([...told], options, { discard }).send()).toEqual(answer(200));
    expect(events).toEqual(['request 1', 503, 'request 2', 'request 3', 202, 'request 4']);
    // A transport need not have anything to discard.
    expect(await scripted([...told], options, { discard: undefined }).send()).toEqual(answer(200));
  });

  test('a policy that is used for another function has no answer, and no credentials', async () => {
    const refresh = jest.fn();
    const { client, discarded } = scripted([], { refresh, retryIf: retryIf.exception() });
    let calls = 0;
    const run = async (): Promise<number> => {
      calls += 1;
      if (calls === 1) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      return calls;
    };
    expect(await client.retrying.run(run)).toBe(2);
    expect([refresh.mock.calls, discarded]).toEqual([[], []]);
  });
});

describe('An answer that no caller gets', () => {
  /** A fetch that ignores its signal, and how many of its bodies are open. */
  function server(status: number) {
    const open = new Set<object>();
    const fetch = async (): Promise<Response> => {
      const body = new ReadableStream({
        start: () => void open.add(fetch),
        cancel: () => void open.delete(fetch),
      });
      return new Response(body, { status });
    };
    return { open, fetch };
  }

  test.each([200, 503])('is cancelled after an abort at any microtask: a %i', async (status) => {
    let lost = 0;
    for (let microtasks = 0; microtasks < 60; microtasks += 1) {
      const [caller, common] = [new AbortController(), new AbortController()];
      const { open, fetch } = server(status);
      const options = { ...once, signal: common.signal, onSuccess: () => undefined };
      const pending = retryingFetch(options, fetch)('http://api.test/', { signal: caller.signal });
      const failed = pending.then(
        () => false,
        () => true,
      );
      for (let i = 0; i < microtasks; i += 1) await null;
      caller.abort(new Error('enough'));
      if (!(await failed)) continue;
      lost += 1;
      await new Promise(setImmediate);
      expect(open.size).toBe(0);
      expect(getEventListeners(common.signal, 'abort')).toEqual([]);
    }
    expect(lost).toBeGreaterThan(0);
  });

  test.each(['onSuccess', 'retryIf'])('is cancelled when %s throws', async (option) => {
    const caller = new AbortController();
    const { open, fetch } = server(200);
    const broken = (): never => {
      throw new Error('broken');
    };
    const call = retryingFetch({ ...once, [option]: broken }, fetch)('http://api.test/', { signal: caller.signal });
    expect(await thrown(call)).toBeInstanceOf(PolicyError);
    await new Promise(setImmediate);
    expect(open.size).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });

  test.each([
    ['', {}],
    [' with reraise: false', { reraise: false }],
    [' with a retryErrorCallback', { retryErrorCallback: () => Promise.reject(new Error('given up')) }],
  ])('is cancelled when the deadline comes while the credentials are refreshed%s', async (_how, how) => {
    const { open, fetch } = server(401);
    const seen: unknown[] = [];
    const after = ({ outcome }: any): void => void seen.push(outcome.error);
    const never = () => new Promise(() => undefined);
    const options = { ...once, ...how, after, deadline: 100, clock: new VirtualClock(), refresh: never };
    await options.clock.run(thrown(retryingFetch(options, fetch)('http://api.test/')), { quiet: 2 });
    expect(seen).toMatchObject([{ name: 'NetworkError', cause: { limit: 'deadline' } }]);
    await new Promise(setImmediate);
    expect(open.size).toBe(0);
  });
});
