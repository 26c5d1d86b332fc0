// What the compiler has to refuse, in both decorator modes. An unused expectation is an error too.
import { Retry, Throttle, TokenBucket, retry, retryIf, stop, wait } from 'tenax';

const bucket = new TokenBucket({ rate: 1 });

// @ts-expect-error a class is no method
@Retry({ stop: stop.never })
export class Refused {
  // @ts-expect-error sync
  @Retry({ stop: stop.never })
  sync(): number {
    return 1;
  }

  // @ts-expect-error void
  @Retry({ stop: stop.never })
  nothing(): void {
    return undefined;
  }

  // @ts-expect-error sometimes sync
  @Retry({ stop: stop.never })
  sometimes(): Promise<number> | number {
    return 1;
  }

  // @ts-expect-error a getter
  @Retry({ stop: stop.never })
  get getter(): Promise<number> {
    return Promise.resolve(1);
  }

  // @ts-expect-error a setter
  @Retry({ stop: stop.never })
  set setter(_value: number) {
    return;
  }

  // @ts-expect-error a field
  @Retry({ stop: stop.never })
  field = async (): Promise<number> => 1;

  // @ts-expect-error a generator
  @Retry({ stop: stop.never })
  *generator(): Generator<number> {
    yield 1;
  }

  // @ts-expect-error an async generator
  @Retry({ stop: stop.never })
  async *asyncGenerator(): AsyncGenerator<number> {
    yield 1;
  }

  // @ts-expect-error missing parentheses
  @Retry
  async bare(): Promise<void> {
    return undefined;
  }

  // @ts-expect-error sync
  @Throttle(bucket)
  throttledSync(): number {
    return 1;
  }
}

// @ts-expect-error a stop where a wait belongs
retry(async () => 1, { wait: stop.afterAttempt(3) });
// @ts-expect-error a wait where a stop belongs
retry(async () => 1, { stop: wait.fixed(1) });
// @ts-expect-error a factory that was not called
retry(async () => 1, { retryIf: retryIf.exceptionType });
// @ts-expect-error an unknown option
retry(async () => 1, { attempts: 3 });
// @ts-expect-error a number is no strategy
retry(async () => 1, { stop: 3 });
// @ts-expect-error no number
wait.fixed('1');
