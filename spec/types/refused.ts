// Compiled, never run: what the compiler has to refuse, in both decorator modes. An expectation that is not met is an error.
import {
  RetryStream,
  Retry,
  Retrying,
  Throttle,
  TokenBucket,
  after,
  before,
  beforeSleep,
  defineWait,
  option,
  retry,
  retryIf,
  retryWith,
  retryingOf,
  statisticsOf,
  stop,
  wait,
} from 'tenax';
import { policyFromJSON } from 'tenax/json';

const bucket = new TokenBucket({ rate: 1 });
const answer = async (): Promise<number> => 1;

// @ts-expect-error refused: a class is no method
@Retry({ stop: stop.never })
export class Refused {
  // @ts-expect-error refused: sync
  @Retry({ stop: stop.never })
  sync(): number {
    return 1;
  }

  // @ts-expect-error refused: void
  @Retry({ stop: stop.never })
  nothing(): void {
    return undefined;
  }

  // @ts-expect-error refused: sometimes sync
  @Retry({ stop: stop.never })
  sometimes(): Promise<number> | number {
    return 1;
  }

  // @ts-expect-error refused: perhaps nothing
  @Retry({ stop: stop.never })
  perhaps(): Promise<number> | undefined {
    return undefined;
  }

  // @ts-expect-error refused: static and sync
  @Retry({ stop: stop.never })
  static syncToo(): string {
    return '';
  }

  // @ts-expect-error refused: a getter
  @Retry({ stop: stop.never })
  get getter(): Promise<number> {
    return Promise.resolve(1);
  }

  // @ts-expect-error refused: a setter
  @Retry({ stop: stop.never })
  set setter(_value: number) {
    return;
  }

  // @ts-expect-error refused: a field
  @Retry({ stop: stop.never })
  field = async (): Promise<number> => 1;

  // @ts-expect-error refused: a generator
  @Retry({ stop: stop.never })
  *generator(): Generator<number> {
    yield 1;
  }

  // @ts-expect-error refused: an async generator
  @Retry({ stop: stop.never })
  async *asyncGenerator(): AsyncGenerator<number> {
    yield 1;
  }

  // @ts-expect-error refused: missing parentheses
  @Retry
  async bare(): Promise<void> {
    return undefined;
  }

  // @ts-expect-error refused: sync
  @Throttle(bucket)
  throttledSync(): number {
    return 1;
  }

  // @ts-expect-error refused: no limiter
  @Throttle(5)
  async noLimiter(): Promise<void> {
    return undefined;
  }

  // @ts-expect-error refused: an unknown option
  @Retry({ attempts: 3 })
  async unknown(): Promise<void> {
    return undefined;
  }
}

// @ts-expect-error refused: a stop where a wait belongs
retry(answer, { wait: stop.afterAttempt(3) });
// @ts-expect-error refused: a wait where a stop belongs
retry(answer, { stop: wait.fixed(1) });
// @ts-expect-error refused: a condition where a stop belongs
retry(answer, { stop: retryIf.always });
// @ts-expect-error refused: a stop where a condition belongs
retry(answer, { retryIf: stop.never });
// @ts-expect-error refused: a stop where a hook belongs
retry(answer, { before: stop.never });
// @ts-expect-error refused: a factory that was not called
retry(answer, { stop: stop.afterAttempt });
// @ts-expect-error refused: a factory that was not called
retry(answer, { wait: wait.exponential });
// @ts-expect-error refused: a factory that was not called
retry(answer, { retryIf: retryIf.exceptionType });
// @ts-expect-error refused: a class is no condition
retry(answer, { retryIf: TypeError });
// @ts-expect-error refused: an unknown option
retry(answer, { attempts: 3 });
// @ts-expect-error refused: a number is no stop
retry(answer, { stop: 3 });
// @ts-expect-error refused: a number is no wait
retry(answer, { wait: 1000 });
// @ts-expect-error refused: a callback that answers something else
retry(answer, { retryErrorCallback: () => 'text' });
// @ts-expect-error refused: no clock
retry(answer, { clock: Date });
// @ts-expect-error refused: a class that is no error
retry(answer, { retryErrorClass: Map });
// @ts-expect-error refused: no function
retry('answer');
// @ts-expect-error refused: an unknown option
new Retrying({ stpo: stop.never });
// @ts-expect-error refused: an argument that the function does not take
void retry(answer)(1);
// @ts-expect-error refused: a class that policyFromJSON does not know what to do with
policyFromJSON({}, { exceptionTypes: 3 });

// @ts-expect-error refused: no number
stop.afterAttempt('3');
// @ts-expect-error refused: no signal
stop.whenAborted({});
// @ts-expect-error refused: strategies of two kinds
stop.any(stop.never, wait.none());
// @ts-expect-error refused: strategies of two kinds
stop.never.or(retryIf.always);
// @ts-expect-error refused: no number
wait.fixed('1');
// @ts-expect-error refused: an unknown option
wait.exponential({ multiplier: 1 });
// @ts-expect-error refused: strategies of two kinds
wait.none().plus(stop.never);
// @ts-expect-error refused: before an attempt there is no outcome
retry(answer, { before: (state) => void String(state.outcome.failed) });
// @ts-expect-error refused: an unknown option of one's own wait
defineWait({ name: 'x', options: { a: option.duration }, defaults: { a: 1 }, delay: () => () => 1 })({ b: 1 });
// @ts-expect-error refused: a default is missing
defineWait({ name: 'x', options: { a: option.duration }, defaults: {}, delay: () => () => 1 });
// @ts-expect-error refused: a function that is no strategy's factory
policyFromJSON({}, { strategies: [() => 1] });
// @ts-expect-error refused: no class
retryIf.exceptionType('TypeError');
// @ts-expect-error refused: both
retryIf.exceptionMessage({ message: 'x', match: 'y' });
// @ts-expect-error refused: neither
retryIf.exceptionMessage({});
// @ts-expect-error refused: no logger
before.log();
// @ts-expect-error refused: no level
after.log(console, 3);
// @ts-expect-error refused: an unknown option
beforeSleep.log(console, 'warn', { stacks: true });

class Service {
  count = 1;

  @Retry({ stop: stop.afterAttempt(2) })
  async load(id: number): Promise<string> {
    return String(id);
  }
}
const service = new Service();
// @ts-expect-error refused: no such method
retryWith(service, 'laod', {});
// @ts-expect-error refused: no method
retryingOf(service, 'count');
// @ts-expect-error refused: no method
statisticsOf(service, 'count');
// @ts-expect-error refused: a number was asked for
void retryWith(service, 'load', {})('1');

export class Streams {
  // @ts-expect-error refused: no stream
  @RetryStream()
  async number(): Promise<number> {
    return 1;
  }
  // @ts-expect-error refused: a list, which needs no @RetryStream
  @RetryStream()
  list(): number[] {
    return [];
  }
}

// @ts-expect-error refused: a settle that returns text
new Retrying({ limiter: { limiter: new TokenBucket({ rate: 1 }), settle: () => 'much' } });
// @ts-expect-error refused: neither a limiter nor a limit
new Retrying({ limiter: {} });
// @ts-expect-error refused: a limit is no breaker
new Retrying({ breaker: new TokenBucket({ rate: 1 }) });
