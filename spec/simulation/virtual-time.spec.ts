import { getEventListeners } from 'node:events';
import { nextTurn } from '../../lib/base/clock';
import { VirtualTime } from '../../lib/simulation/virtual-time';
import { thrown } from '../thrown';

describe('The time of a simulated call', () => {
  let time: VirtualTime;
  let woken: string[];
  beforeEach(() => {
    time = new VirtualTime();
    woken = [];
  });
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    time.sleep(ms, signal).then(() => void woken.push(`${ms} at ${time.now()}`));

  test('begins at 0 and stands still without sleepers', () => {
    expect(time.now()).toBe(0);
    time.step();
    expect(time.now()).toBe(0);
  });

  test('jumps from one sleeper to the next', async () => {
    void sleep(50);
    void sleep(20);
    void sleep(30);
    await nextTurn();
    expect([woken, time.now()]).toEqual([[], 0]);
    time.step();
    await nextTurn();
    expect(woken).toEqual(['20 at 20']);
    void sleep(5);
    time.step();
    await nextTurn();
    time.step();
    await nextTurn();
    time.step();
    await nextTurn();
    expect(woken).toEqual(['20 at 20', '5 at 25', '30 at 30', '50 at 50']);
  });

  test('wakes sleepers of one moment one after the other, in the order in which they went to sleep', async () => {
    const order: number[] = [];
    for (const i of [1, 2, 3]) void time.sleep(10).then(() => void order.push(i));
    time.step();
    await nextTurn();
    expect(order).toEqual([1]);
    time.step();
    time.step();
    await nextTurn();
    expect(order).toEqual([1, 2, 3]);
    expect(time.now()).toBe(10);
  });

  test('rejects an aborted sleep with the signal’s reason, and skips the moment of its end', async () => {
    const controller = new AbortController();
    const sleeping = sleep(10, controller.signal);
    void sleep(20);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await thrown(sleeping)).toBe(reason);
    time.step();
    await nextTurn();
    expect(woken).toEqual(['20 at 20']);
    time.step();
    expect(time.now()).toBe(20);
  });

  test('does not begin to sleep under a signal that is aborted', async () => {
    const reason = new Error('before');
    expect(await thrown(sleep(10, AbortSignal.abort(reason)))).toBe(reason);
    time.step();
    expect(time.now()).toBe(0);
  });

  test('lets a signal pass that does not abort, and leaves no listener on it', async () => {
    const { signal } = new AbortController();
    const sleeping = sleep(10, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    time.step();
    await sleeping;
    expect(woken).toEqual(['10 at 10']);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
