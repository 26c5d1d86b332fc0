import { Requests } from '../../../lib/http/paginate/requests.js';
import { thrown } from '../../thrown';

/** A request that hangs until its signal aborts. */
const hangs = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
const reason = new Error('over');

describe('Requests', () => {
  test('abortFrom aborts only the requests from that index on', async () => {
    const requests = new Requests();
    let first: AbortSignal | undefined;
    void requests.run(1, (signal) => hangs((first = signal))).catch(() => undefined);
    const second = thrown(requests.run(2, hangs));
    requests.abortFrom(2, reason);
    expect(await second).toBe(reason);
    expect(first?.aborted).toBe(false);
    requests.end(reason);
    expect(first?.aborted).toBe(true);
  });

  test('begins none after the end, whose first reason stays', async () => {
    const requests = new Requests();
    requests.end(reason);
    requests.end(new Error('again'));
    const request = jest.fn();
    expect(await thrown(requests.run(1, request))).toBe(reason);
    expect(request).not.toHaveBeenCalled();
  });

  test('does not abort a request that has ended', async () => {
    const requests = new Requests();
    const signals: AbortSignal[] = [];
    expect(await requests.run(1, async (signal) => signals.push(signal))).toBe(1);
    const failing = async (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      throw reason;
    };
    expect(await thrown(requests.run(2, failing))).toBe(reason);
    requests.end(reason);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});
