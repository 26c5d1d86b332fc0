import { retryIf, stop } from 'tenax';
import { ClientError, NetworkError, ServerError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../thrown.js';
import { answer, reset, scripted, type Reply } from './body/scripted-client.js';

const GET = 'GET http://api.test/file';
const once = { resume: false, stop: stop.afterAttempt(1) };

describe('A call', () => {
  test('resolves with an answer below 400 alone', async () => {
    expect(await scripted([answer(399)]).send()).toEqual(answer(399));
    expect(await thrown(scripted([answer(400)]).send())).toBeInstanceOf(ClientError);
  });

  test.each<[string, Reply | Error, string]>([
    ['answer', answer(503), `${GET} answered 503 Service Unavailable; not retried: its body is a stream`],
    ['failure', reset(), `${GET} got no answer: ECONNRESET; not retried: its body is a stream`],
  ])('whose body cannot be sent twice says so in the error of its %s', async (_what, reply, message) => {
    const { send, sent } = scripted([reply]);
    expect((await thrown(send({ notReplayable: 'its body is a stream' }))).message).toBe(message);
    expect(sent).toHaveLength(1);
  });

  test('asks the transport what a failure means, if it says that', async () => {
    const failure = (error: unknown) => {
      const { message } = error as Error;
      return message === 'gone' ? { reason: 'the line is dead', cause: error } : undefined;
    };
    const gone = new Error('gone');
    const error = await thrown(scripted([gone], once, { failure }).send());
    expect(error).toBeInstanceOf(NetworkError);
    expect([error.message, error.cause]).toEqual([`${GET} got no answer: the line is dead`, gone]);
    const other = reset();
    expect(await thrown(scripted([other], once, { failure }).send())).toBe(other);
  });

  test('rejects with whatever a transport rejects with, be it nothing', async () => {
    const nothing = () => Promise.reject<Reply>(undefined);
    const { send, sent, discarded } = scripted([nothing, nothing], { stop: stop.afterAttempt(2), retryIf: () => true });
    expect(await thrown(send())).toBeUndefined();
    expect([sent.length, discarded]).toEqual([2, []]);
  });

  test('that has sent a POST once is not repeated, although its other requests were GETs', async () => {
    const beforeAttempt = (sent: object, attempt: number): object =>
      attempt === 1 ? { ...sent, method: 'POST' } : sent;
    const { send, sent } = scripted([answer(429), answer(503)], { beforeAttempt });
    expect(await thrown(send())).toBeInstanceOf(ServerError);
    expect(sent).toHaveLength(2);
  });

  test('goes by its method, whatever a transport sends without beforeAttempt', async () => {
    const own = { prepare: () => ({ method: 'items.list' }) };
    expect((await scripted([answer(503), answer(200)], {}, own).send()).status).toBe(200);
    expect(await thrown(scripted([answer(503)], {}, own).send({ method: 'POST' }))).toBeInstanceOf(ServerError);
  });

  test('whose hook fails is not retried, and a fallback sees which hook it was', async () => {
    const failure = new Error('no token');
    const options = {
      beforeAttempt: (): never => {
        throw failure;
      },
      retryIf: retryIf.always,
    };
    const { send, sent } = scripted([], options);
    expect(await thrown(send())).toBe(failure);
    expect(sent).toEqual([]);
    const fallback = (error: unknown, { outcome }: any): unknown => [error, outcome.error.option];
    expect(await scripted([], { ...options, fallback }).send()).toEqual([failure, 'beforeAttempt']);
  });
});

describe('The reading of an answer', () => {
  /** A call that reads its answer, and what its reader and its condition were given. */
  async function reading(replies: Reply[], options: object, own: object, read: (reply: Reply) => Promise<unknown>) {
    const { client } = scripted(replies, { resume: false, ...options }, own);
    const call = client.call({}, read);
    const response = await client.send(call);
    return { response, result: call.result };
  }

  test('belongs to the attempt: a body that breaks off fails it', async () => {
    const read = jest.fn().mockRejectedValueOnce(reset()).mockResolvedValueOnce('all');
    expect((await reading([answer(200), answer(200)], {}, {}, read)).result).toEqual({ value: 'all' });
    const broken = jest.fn().mockRejectedValue(reset());
    const error = await thrown(reading([answer(200)], once, {}, broken));
    expect(error).toBeInstanceOf(NetworkError);
  });

  test('leaves a copy to a condition that looks at answers, and makes none for another', async () => {
    const copy = answer(200);
    const clone = jest.fn(() => copy);
    const read = async (): Promise<string> => 'all';
    const seen: unknown[] = [];
    const looking = ({ outcome }: any): boolean => {
      seen.push(outcome.value);
      return false;
    };
    const looked = await reading([answer(200)], { retryIf: looking }, { clone }, read);
    expect([looked.response === copy, seen, clone.mock.calls.length]).toEqual([true, [copy], 1]);
    const original = answer(200);
    expect((await reading([original], {}, { clone }, read)).response).toBe(original);
    expect(clone).toHaveBeenCalledTimes(1);
  });
});

describe('The signal of a call', () => {
  const leavesListeners = true;

  test('is passed on to the transport', async () => {
    const signals: unknown[] = [];
    const { signal } = new AbortController();
    const prepare = (_job: unknown, given: AbortSignal | undefined): object => {
      signals.push(given);
      return {};
    };
    await scripted([answer(200)], {}, { prepare }).send({ signal });
    await scripted([answer(200)], {}, { prepare }).send({ signal: null });
    expect(signals).toEqual([signal, undefined]);
  });

  test('is hidden from a transport that leaves listeners, and still reaches it', async () => {
    const controller = new AbortController();
    let given: AbortSignal | undefined;
    const prepare = (_job: unknown, signal: AbortSignal | undefined): object => {
      given = signal;
      return {};
    };
    const hanging = () => new Promise<Reply>(() => undefined);
    const { send } = scripted([hanging], {}, { prepare, leavesListeners });
    const failed = thrown(send({ signal: controller.signal }));
    while (given === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(given).not.toBe(controller.signal);
    controller.abort('enough');
    expect([await failed, given.aborted, given.reason]).toEqual(['enough', true, 'enough']);
  });

  test('has no listener of an attempt left when that has failed', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    const prepare = jest
      .fn(() => ({}))
      .mockImplementationOnce(() => {
        throw new Error('cannot be sent');
      });
    for (const replies of [[], [reset()], [answer(503)], [answer(200)]]) {
      await scripted(replies, { ...once, attemptTimeout: 5000 }, { prepare, leavesListeners })
        .send({ signal })
        .catch(() => undefined);
    }
    expect(added.mock.calls.length).toBeGreaterThan(3);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test.each([true, false])(
    'that aborts has an answer discarded that comes too late; with enabled %j',
    async (enabled) => {
      const controller = new AbortController();
      let reply: (reply: Reply) => void = () => undefined;
      const { send, discarded } = scripted([() => new Promise((resolve) => (reply = resolve))], { enabled });
      const failed = thrown(send({ signal: controller.signal }));
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort('enough');
      reply(answer(200));
      expect(await failed).toBe('enough');
      await new Promise((resolve) => setImmediate(resolve));
      expect(discarded).toEqual([answer(200)]);
    },
  );

  const aborted = (reason: unknown): Error => new Error('aborted', { cause: reason });
  test.each<[string, object, Reply | Error, unknown]>([
    ['its reason', {}, answer(200), 'enough'],
    ['its reason, if the transport fails with something else', {}, reset(), 'enough'],
    ['the error that the transport makes of it', { aborted }, answer(200), aborted('enough')],
    ['its reason, if the transport has nothing to discard', { discard: undefined }, answer(200), 'enough'],
  ])('that aborts ends a call without retries with %s', async (_what, own, reply, expected) => {
    const controller = new AbortController();
    const late = async (): Promise<Reply> => {
      controller.abort('enough');
      if (reply instanceof Error) throw reply;
      return reply;
    };
    const { send } = scripted([late], { enabled: false }, own);
    expect(await thrown(send({ signal: controller.signal }))).toEqual(expected);
  });

  test('sends nothing if it has aborted before', async () => {
    const { send, sent } = scripted([answer(200)], { enabled: false });
    expect(await thrown(send({ signal: AbortSignal.abort('before') }))).toBe('before');
    expect(sent).toEqual([]);
  });
});

test('A watch for redirects ends with the request', async () => {
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => object };
  const diagnostics = getBuiltinModule?.('node:diagnostics_channel') as {
    subscribe(name: string, listener: () => void): void;
    unsubscribe(name: string, listener: () => void): boolean;
  };
  const begun = jest.spyOn(diagnostics, 'subscribe');
  const ended = jest.spyOn(diagnostics, 'unsubscribe');
  await scripted([answer(200)]).send({ method: 'POST' });
  await thrown(scripted([reset()]).send({ method: 'POST' }));
  expect([begun.mock.calls.length, ended.mock.calls]).toEqual([2, begun.mock.calls]);
  await scripted([answer(200)]).send();
  expect(begun).toHaveBeenCalledTimes(2);
  jest.restoreAllMocks();
});

test('A call whose attempts take too long says how long they had', async () => {
  const clock = new VirtualClock();
  const hanging = () => new Promise<Reply>(() => undefined);
  const { send } = scripted([hanging], { ...once, clock, attemptTimeout: 100 });
  expect((await clock.run(thrown(send()), { quiet: 2 })).message).toBe(
    `${GET} got no answer: attemptTimeout of 100 ms`,
  );
});
