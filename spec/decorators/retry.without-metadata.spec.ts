import { Retry, stop } from 'tenax';

describe('@Retry without reflect-metadata', () => {
  test('decorates in either mode', async () => {
    expect('getOwnMetadata' in Reflect).toBe(false);
    const retry = Retry({ stop: stop.afterAttempt(2) }) as unknown as (...args: unknown[]) => unknown;
    let tries = 0;
    const work = async (): Promise<number> => {
      tries += 1;
      if (tries % 2 === 1) throw new Error('again');
      return Promise.resolve(tries);
    };
    const descriptor = retry({}, 'work', { value: work }) as { value: typeof work };
    expect(await descriptor.value()).toBe(2);
    const standard = retry(work, { kind: 'method', name: 'work' }) as typeof work;
    expect(await standard()).toBe(4);
  });
});
