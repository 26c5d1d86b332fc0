import 'reflect-metadata';
import { Retry, Throttle, TokenBucket, stop } from 'tenax';

const once = { stop: stop.afterAttempt(1) };
const Untyped = (options: object): any => Retry(options);

describe('design:returntype, where a compiler emits it', () => {
  test('shows a synchronous method when the class is defined', () => {
    expect(() => {
      class Service {
        @Untyped(once)
        count(): number {
          return 1;
        }
      }
      return Service;
    }).toThrow(/TypeError|Service\.count, which returns Number/);
    expect(() => {
      class Service {
        @(Throttle(new TokenBucket({ rate: 1 })) as any)
        name(): string {
          return '';
        }
      }
      return Service;
    }).toThrow('Service.name, which returns String');
  });

  test('may be Promise, a class made of it, Object or nothing', async () => {
    class Later<T> extends Promise<T> {}
    class Service {
      @Retry(once)
      async promise(): Promise<number> {
        return 1;
      }

      @Retry(once)
      later(): Later<number> {
        return Later.resolve(2) as Later<number>;
      }

      @Untyped(once)
      union(): Promise<number> | undefined {
        return Promise.resolve(3);
      }

      @Untyped(once)
      untyped() {
        return Promise.resolve(4);
      }
    }
    const service = new Service();
    const all = [service.promise(), service.later(), service.union(), service.untyped()];
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });
});
