import { getEventListeners } from 'node:events';
import { AttemptTimeoutError, TokenBucket } from 'tenax';
import { HttpError, raiseForStatus, retryIfHttp, retryingFetch, type FetchRetryOptions } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { thrown } from '../../../thrown.js';
import { never, scripted, whole } from './scripted-client.js';

const idle = 100;

/** A fetch whose answers send three bytes and then nothing. */
function silentFetch(status = 200) {
  const bodies: { cancelled: boolean }[] = [];
  const fetch = async (): Promise<Response> => {
    const seen = { cancelled: false };
    bodies.push(seen);
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('abc')),
      cancel: () => void (seen.cancelled = true),
    });
    return new Response(stream, { status });
  };
  return { fetch, bodies };
}

/** What reading the text of an answer fails with. */
const textFailure = (response: Response): Promise<unknown> =>
  response.text().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('A body that is silent', () => {
  test.each<[string, (seen: unknown[]) => FetchRetryOptions]>([
    [
      'a condition',
      (seen) => ({
        retryIf: retryIfHttp.response(async (copy: Response) => {
          seen.push(await textFailure(copy));
          return false;
        }),
      }),
    ],
    [
      'a settle',
      (seen) => ({
        limiter: {
          limiter: new TokenBucket({ rate: 10, capacity: 10 }),
          settle: async (copy: Response): Promise<undefined> => {
            seen.push(await textFailure(copy));
          },
        },
      }),
    ],
    [
      'a hook',
      (seen) => ({
        onSuccess: async ({ outcome }) => {
          seen.push(await textFailure((outcome as { readonly value: Response }).value.clone()));
        },
      }),
    ],
  ])('fails after idleTimeout where %s reads a copy of it', async (_reader, optionsOf) => {
    const clock = new VirtualClock();
    const seen: unknown[] = [];
    const { fetch, bodies } = silentFetch();
    const { signal } = new AbortController();
    const call = retryingFetch({ clock, idleTimeout: idle, ...optionsOf(seen) }, fetch)('http://api.test/', { signal });
    const failure = await clock.run(call.then(textFailure));
    expect(failure).toMatchObject({ name: 'AttemptTimeoutError', limit: 'idleTimeout', timeout: idle });
    expect(seen).toEqual([failure]);
    expect(bodies).toEqual([{ cancelled: true }]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('fails after idleTimeout where the answer is an error', async () => {
    const clock = new VirtualClock();
    const fetch = retryingFetch({ clock, idleTimeout: idle }, silentFetch(404).fetch);
    const error = await thrown<HttpError>(fetch('http://api.test/').then(raiseForStatus));
    expect(error.status).toBe(404);
    const failure = await clock.run(textFailure(error.response as Response));
    expect(failure).toBeInstanceOf(AttemptTimeoutError);
  });

  test('passes on no empty chunk', async () => {
    const { send } = scripted([whole('', 'abc')], { clock: new VirtualClock(), resume: false, idleTimeout: idle });
    const { chunks } = await send();
    expect(await chunks!.pull()).toEqual(new TextEncoder().encode('abc'));
  });

  test('fails once, and then has ended', async () => {
    const clock = new VirtualClock();
    const { send } = scripted([whole(never)], { clock, resume: false, idleTimeout: idle });
    const { chunks } = await send();
    const error = await clock.run(thrown<AttemptTimeoutError>(chunks!.pull()));
    expect(error).toMatchObject({ limit: 'idleTimeout' });
    expect(await chunks!.pull()).toBeUndefined();
  });

  test('that the reader leaves while it hangs ends', async () => {
    const clock = new VirtualClock();
    const { send } = scripted([whole('abc', never)], { clock, resume: false, idleTimeout: idle });
    const { chunks } = await send();
    await chunks!.pull();
    const pending = chunks!.pull();
    chunks!.cancel();
    chunks!.cancel();
    expect(await clock.run(pending)).toBeUndefined();
  });
});
