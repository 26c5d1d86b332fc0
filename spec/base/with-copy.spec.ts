import { PassThrough } from 'node:stream';
import { withCopy } from '../../lib/base/with-copy.js';
import { nextTurn } from '../../lib/base/clock.js';

/** A Response and whether its body was cancelled. */
function told() {
  const seen = { cancelled: false };
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('body')),
    cancel: () => void (seen.cancelled = true),
  });
  return { seen, original: new Response(body) };
}

describe('A clone that a function gets', () => {
  const boom = new Error('boom');
  test.each<[string, (copy: unknown) => unknown]>([
    ['returns', () => 1],
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['resolves', async () => 1],
    ['rejects', async () => Promise.reject(boom)],
  ])('is cancelled when the function %s, so that the original can be cancelled', async (_, use) => {
    const { seen, original } = told();
    const result = (async () => withCopy(original.clone(), use))();
    expect(await result.catch((error: unknown) => error)).toBe(_ === 'returns' || _ === 'resolves' ? 1 : boom);
    await original.body?.cancel();
    expect(seen.cancelled).toBe(true);
  });

  test('can be read as long as the function takes', async () => {
    const original = new Response('body');
    const read = async (copy: unknown): Promise<string> => {
      await nextTurn();
      return (copy as Response).text();
    };
    expect(await withCopy(original.clone(), read)).toBe('body');
    expect(await original.text()).toBe('body');
  });

  test('is left to a reader that the function does not wait for', async () => {
    const original = new Response('body');
    const reading = withCopy(original.clone(), (copy) => ({ text: (copy as Response).text() }));
    expect(await reading.text).toBe('body');
  });

  test('may have a stream of Node, which is destroyed if nobody has read it', () => {
    const [unread, read] = [new PassThrough(), new PassThrough()];
    withCopy({ body: unread, bodyUsed: false }, () => 1);
    withCopy({ body: read, bodyUsed: true }, () => 1);
    expect([unread.destroyed, read.destroyed]).toEqual([true, false]);
  });

  test('may have no body, or one that cannot be cancelled', () => {
    const cancel = (): never => {
      throw boom;
    };
    for (const copy of [undefined, new Response(null), { body: {}, bodyUsed: false }, { body: { cancel } }]) {
      expect(withCopy(copy, () => 1)).toBe(1);
    }
  });
});
