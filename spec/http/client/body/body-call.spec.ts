import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { AttemptTimeoutError, retryIf, RetryError, stop, wait } from 'tenax';
import { ClientError, NetworkError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../../thrown.js';
import { answer, never, reset, restFrom, scripted, streamOf, textOf, whole, type Reply } from './scripted-client.js';

const GET = 'GET http://api.test/file';
/** The error of a body whose rest is asked for, with these replies. */
async function failsWith(replies: Reply[], options = {}, own = {}) {
  const { send, sent, discarded } = scripted([whole('abc', reset()), ...replies], options, own);
  return { error: await thrown(send().then(textOf)), sent, discarded };
}

describe('The request for the rest', () => {
  test('names the missing bytes and the version, and its answer is read on', async () => {
    const { send, sent, discarded, client } = scripted([whole('abc', reset()), restFrom(3, 'd', 'ef')]);
    expect(await textOf(await send())).toBe('abcdef');
    expect(sent).toEqual([{}, { headers: { Range: 'bytes=3-', 'If-Range': '"v1"' } }]);
    expect(discarded).toEqual([]);
    expect(client.retrying.totals).toMatchObject({ attempts: 2, retries: 1, succeeded: 1, failed: 0 });
  });

  test.each([404, 410])('ends the body with the error of a %d, whose body is left to the reader', async (status) => {
    const { error, sent, discarded } = await failsWith([answer(status)]);
    expect(error).toBeInstanceOf(ClientError);
    expect([error.status, sent.length, discarded]).toEqual([status, 2, []]);
  });

  test.each<[string, Reply, string]>([
    ['another version', whole('new'), 'the server answered 200 instead of 206 when it was asked for the rest'],
    ['a 403', answer(403), 'the server answered 403 when it was asked for the rest'],
  ])('ends the body with a NetworkError after %s, whose body is cancelled', async (_what, reply, why) => {
    const { error, sent, discarded } = await failsWith([reply]);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(`${GET} broke off after 3 bytes: ${why}`);
    expect([sent.length, discarded]).toEqual([2, [reply]]);
    if (reply.status === 403) expect(error.cause).toMatchObject({ name: 'ClientError', status: 403 });
    else expect(error.cause).toBeUndefined();
  });

  test('ends the body if the client has changed the bytes of the rest', async () => {
    const rest = restFrom(3, 'def');
    const isUnchanged = ({ status }: Reply): boolean => status === 200;
    const { error, discarded } = await failsWith([rest], {}, { isUnchanged });
    expect(error.message).toBe(`${GET} broke off after 3 bytes: the rest was decoded or changed`);
    expect(discarded).toEqual([rest]);
  });

  test('ends the body with a failure that the policy does not retry', async () => {
    const { error, sent } = await failsWith([], { retryIf: retryIf.never });
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(`${GET} broke off after 3 bytes: ECONNRESET`);
    expect(sent).toHaveLength(1);
  });

  test('ends the body with the answer of a refresh that fails', async () => {
    const down = new Error('no token');
    const { error, discarded } = await failsWith([answer(401)], { refresh: () => Promise.reject(down) });
    expect(error).toMatchObject({ name: 'ClientError', status: 401, cause: down });
    expect(discarded).toEqual([]);
  });

  test('may find credentials expired each time', async () => {
    const refresh = jest.fn();
    const replies = [whole('abc', reset()), answer(401), restFrom(3, 'd', reset()), answer(401), restFrom(4, 'ef')];
    expect(await textOf(await scripted(replies, { refresh }).send())).toBe('abcdef');
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  test.each([[whole('new')], [answer(403)]])('needs no transport that discards its answer', async (reply) => {
    const { error } = await failsWith([reply], {}, { discard: undefined });
    expect(error).toBeInstanceOf(NetworkError);
  });

  test('counts as another attempt, if no chunk has arrived since', async () => {
    const { error, sent } = await failsWith([restFrom(3, reset()), restFrom(3, reset()), restFrom(3, 'def')]);
    expect(error).toBeInstanceOf(NetworkError);
    expect(sent).toHaveLength(3);
  });

  test.each([
    ['its reason', 'enough'],
    ['an AbortError', undefined],
  ])('is aborted with %s by a reader that leaves', async (_what, reason) => {
    let signal: AbortSignal | undefined;
    const prepare = (_job: unknown, given: AbortSignal | undefined): object => {
      signal = given;
      return {};
    };
    const hanging = () =>
      new Promise<Reply>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(reset()));
      });
    const { send, sent } = scripted([whole('abc', reset()), hanging], {}, { prepare });
    const { chunks } = await send();
    await chunks!.pull();
    const end = chunks!.pull();
    while (sent.length < 2) await new Promise((resolve) => setImmediate(resolve));
    chunks!.cancel(reason);
    expect(await end).toBeUndefined();
    expect(signal?.reason).toEqual(reason ?? new DOMException('the body was cancelled', 'AbortError'));
    expect((signal?.reason as Error).name).toBe(reason === undefined ? 'AbortError' : undefined);
  });

  test('leaves no listener on the signal of its caller', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    await textOf(await scripted([whole('abc', reset()), restFrom(3, 'def')]).send({ signal }));
    expect(added).toHaveBeenCalled();
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test('is made under the policy from its first attempt, after each chunk', async () => {
    const clock = new VirtualClock();
    const states: unknown[] = [];
    const replies = [whole('abc', reset()), answer(503), restFrom(3, 'd', reset()), answer(503), answer(503)];
    const { send, client } = scripted(replies, {
      clock,
      wait: wait.fixed(10),
      reraise: false,
      beforeSleep: ({ attemptNumber, idleFor, elapsed }) => void states.push([attemptNumber, idleFor, elapsed]),
    });
    const error = await clock.run(thrown<RetryError>(send().then(textOf)), { quiet: 2 });
    expect(error).toBeInstanceOf(RetryError);
    expect(error.errors.map(({ name }: any) => name as string)).toEqual(['NetworkError', 'ServerError', 'ServerError']);
    const each = [
      [1, 10, 0],
      [2, 20, 10],
    ];
    expect(states).toEqual([...each, ...each]);
    expect(client.retrying.totals).toMatchObject({ succeeded: 1, failed: 0 });
  });

  test('has its time from when the reader asked for the chunk', async () => {
    const clock = new VirtualClock();
    const options = { clock, stop: stop.afterDelay(1000) };
    const { send } = scripted([whole('abc', reset()), restFrom(3, 'd', reset()), restFrom(4, 'ef')], options);
    const { chunks } = await send();
    let read = 0;
    for (let i = 0; i < 3; i += 1) {
      read += (await chunks!.pull())!.byteLength;
      await clock.advance(5000);
    }
    expect([read, await chunks!.pull()]).toEqual([6, undefined]);
  });

  test('says after how many bytes it is made', async () => {
    const seen: unknown[] = [];
    const beforeSleep = ({ bytes }: { bytes?: number | undefined }): void => void seen.push(bytes);
    const { send } = scripted([whole('ab', reset()), restFrom(2, 'cd', reset()), restFrom(4, 'ef')], { beforeSleep });
    await textOf(await send());
    expect(seen).toEqual([2, 4]);
  });
});

describe('A body publishes', () => {
  const names = ['success', 'giveup', 'abort'];
  let messages: [string, unknown][];
  const listeners = names.map((name) => (message: unknown) => {
    messages.push([name, (message as { reason?: unknown }).reason]);
  });
  beforeEach(() => {
    messages = [];
    names.forEach((name, i) => subscribe(`tenax:${name}`, listeners[i]!));
  });
  afterEach(() => names.forEach((name, i) => unsubscribe(`tenax:${name}`, listeners[i]!)));

  test('nothing of its own if it arrives at once', async () => {
    await textOf(await scripted([whole('abcdef')]).send());
    expect(messages).toEqual([['success', undefined]]);
  });

  test('that it was continued to its end', async () => {
    await textOf(await scripted([whole('abc', reset()), restFrom(3, 'def')]).send());
    expect(messages).toEqual([['success', undefined], ['success', undefined]]); // prettier-ignore
  });

  test('that the policy gave up, and not that it was aborted, too', async () => {
    const { send } = scripted([whole('abc', reset()), answer(503), answer(503)]);
    await thrown(send().then(textOf));
    expect(messages).toEqual([['success', undefined], ['giveup', undefined]]); // prettier-ignore
  });

  test('that its reader has left, once it was continued', async () => {
    const { chunks } = await scripted([whole('abc', reset()), restFrom(3, 'd', never)]).send();
    await chunks!.pull();
    await chunks!.pull();
    chunks!.cancel();
    chunks!.cancel();
    expect(messages).toEqual([['success', undefined], ['abort', undefined]]); // prettier-ignore
  });

  test('nothing more if it is aborted before it was continued', async () => {
    const controller = new AbortController();
    const { chunks } = await scripted([whole('abc', never)]).send({ signal: controller.signal });
    await chunks!.pull();
    const failed = thrown(chunks!.pull());
    controller.abort('enough');
    expect(await failed).toBe('enough');
    expect(messages).toEqual([['success', undefined]]);
  });

  test('the reason of an abort while the rest is asked for', async () => {
    const controller = new AbortController();
    const { send } = scripted([whole('abc', reset())], {
      beforeSleep: () => {
        controller.abort('enough');
      },
    });
    expect(await thrown(send({ signal: controller.signal }).then(textOf))).toBe('enough');
    expect(messages).toEqual([['success', undefined], ['abort', 'enough']]); // prettier-ignore
  });
});

describe('A body', () => {
  test('that ends before its last byte is continued', async () => {
    expect(await textOf(await scripted([whole('abc'), restFrom(3, 'def')]).send())).toBe('abcdef');
    const { send } = scripted([whole('abc')], { retryIf: retryIf.never });
    const error = await thrown(send().then(textOf));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(`${GET} broke off after 3 bytes: the connection was closed`);
  });

  test('that is longer than it was said to be passes on nothing of the last chunk', async () => {
    const reply = whole('abcd', 'efg', 'h');
    const { chunks } = await scripted([reply]).send();
    await chunks!.pull();
    const error = await thrown(chunks!.pull());
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe(`${GET} broke off after 6 bytes: the server sent more than it had said`);
    expect((reply.stream as ReturnType<typeof streamOf>).closed).toBe(true);
    expect(await chunks!.pull()).toBeUndefined();
  });

  test('of unknown length is complete when it ends', async () => {
    const reply = { ...whole('abc'), headers: { etag: '"v1"' } };
    const { send, sent } = scripted([reply]);
    expect([await textOf(await send()), sent.length]).toEqual(['abc', 1]);
  });

  test('that cannot be continued is complete when it ends, whatever its iterator returns then', async () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    async function* chunks(): AsyncGenerator<Uint8Array, Uint8Array> {
      yield encode('ab');
      return encode('cd');
    }
    const { send } = scripted([{ ...whole(), stream: chunks() }], { resume: false, idleTimeout: Infinity });
    const watched = scripted([{ ...whole(), stream: chunks() }], { resume: false, idleTimeout: 1e6 });
    expect((await send()).chunks).toBeUndefined();
    expect(await textOf(await watched.send())).toBe('ab');
  });

  test('that cannot be continued fails as its stream does', async () => {
    const failure = reset();
    const { send } = scripted([whole('abc', failure)], { resume: false, idleTimeout: 100 });
    expect(await thrown(send().then(textOf))).toBe(failure);
  });

  test.each([[true], [false]])('that is silent fails after idleTimeout; with resume %j', async (resume) => {
    const clock = new VirtualClock();
    const reply = whole('abc', never);
    const { send } = scripted([reply], { clock, resume, idleTimeout: 100, retryIf: retryIf.never });
    const { chunks } = await send();
    await chunks!.pull();
    // Nobody reads.
    await clock.advance(1000);
    let ended = false;
    const failed = thrown<AttemptTimeoutError>(chunks!.pull()).finally(() => (ended = true));
    await clock.advance(99);
    expect(ended).toBe(false);
    await clock.advance(1);
    const error = await failed;
    expect(error).toBeInstanceOf(AttemptTimeoutError);
    expect(error.message).toBe(`attempt 1 of ${GET} sent nothing for 100 ms`);
    expect((reply.stream as ReturnType<typeof streamOf>).closed).toBe(true);
    expect(await chunks!.pull()).toBeUndefined();
  });

  test('that is silent is continued after idleTimeout', async () => {
    const clock = new VirtualClock();
    const waited: unknown[] = [];
    const beforeSleep = ({ elapsed }: { elapsed?: number | undefined }): void => void waited.push(elapsed);
    const { send } = scripted([whole('abc', never), restFrom(3, 'def')], { clock, idleTimeout: 100, beforeSleep });
    expect(await clock.run(send().then(textOf), { quiet: 2 })).toBe('abcdef');
    expect(waited).toEqual([100]);
  });

  test.each(['stop', 'beforeSleep', 'before'])('ends at once when the caller aborts while %s hangs', async (option) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const hangs = (): unknown => {
      // The call for the headers makes one attempt, too.
      if (option === 'before' && (calls += 1) === 1) return undefined;
      setImmediate(() => {
        controller.abort(reason);
      });
      return never;
    };
    const { send, sent } = scripted([whole('abc', reset())], { [option]: hangs });
    expect(await thrown(send({ signal: controller.signal }).then(textOf))).toBe(reason);
    expect(sent).toHaveLength(1);
  });

  test('has its rest cancelled when that comes while the caller aborts', async () => {
    let cancelled = 0;
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      const controller = new AbortController();
      const rest = restFrom(3, 'def');
      const replied = async (): Promise<Reply> => {
        void (async () => {
          for (let i = 0; i < microtasks; i += 1) await null;
          controller.abort(new Error('enough'));
        })();
        return rest;
      };
      const { send, discarded } = scripted([whole('abc', reset()), replied]);
      const read = send({ signal: controller.signal }).then(textOf);
      await read.catch(() => undefined);
      await new Promise(setImmediate);
      const { closed } = rest.stream as { closed: boolean };
      cancelled += discarded.length;
      if (!(await read.catch(() => ''))) expect(closed || discarded.length === 1).toBe(true);
    }
    expect(cancelled).toBeGreaterThan(0);
  });

  test('ends with the error of an abort while its rest is asked for', async () => {
    const controller = new AbortController();
    const aborted = (reason: unknown): Error => new Error('aborted', { cause: reason });
    const beforeSleep = (): void => {
      controller.abort('enough');
    };
    const { send } = scripted([whole('abc', reset())], { beforeSleep }, { aborted });
    const error = await thrown(send({ signal: controller.signal }).then(textOf));
    expect(error).toEqual(new Error('aborted', { cause: 'enough' }));
  });

  test.each([[{}], [{ idleTimeout: 100 }]])('ends with the error of an abort while it is read: %j', async (options) => {
    const controller = new AbortController();
    const aborted = (reason: unknown): Error => new Error('aborted', { cause: reason });
    const clock = new VirtualClock();
    const { send, sent } = scripted([whole('abc', never)], { clock, ...options }, { aborted });
    const { chunks } = await send({ signal: controller.signal });
    await chunks!.pull();
    const failed = thrown(chunks!.pull());
    controller.abort('enough');
    expect(await failed).toEqual(new Error('aborted', { cause: 'enough' }));
    expect(sent).toHaveLength(1);
  });
});
