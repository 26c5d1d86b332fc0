import { Retrying, retry, stop } from 'tenax';
import { thrown } from '../thrown';
import { fails } from './fails';

function load(this: unknown, _id: number): number {
  return 5;
}

describe('retry with a Retrying', () => {
  test('wraps the function under that very policy, totals included', async () => {
    const policy = new Retrying({ stop: stop.afterAttempt(2) });
    const wrapped = retry(load, policy);
    expect(wrapped.retrying).toBe(policy);
    expect([wrapped.name, wrapped.length, await wrapped(1)]).toEqual(['load', 1, 5]);
    expect((await thrown(retry(fails, policy)())).attempts).toBe(2);
    expect(policy.totals).toMatchObject({ calls: 2, attempts: 3 });
  });

  test('of another copy of the package does so too', () => {
    const wraps = jest.fn();
    class Copy {
      static readonly $brand = 'tenax.Retrying';
      readonly wraps = wraps;
    }
    retry(load, new Copy() as never);
    expect(wraps).toHaveBeenCalledWith(load);
  });
});

test('retry refuses generator functions and names retryStream', () => {
  async function* items(): AsyncGenerator<number> {
    yield 1;
  }
  function* sync(): Generator<number> {
    yield 1;
  }
  for (const fn of [items, sync]) expect(() => retry(fn, { stop: stop.never })).toThrow(/TypeError|retryStream/);
});
