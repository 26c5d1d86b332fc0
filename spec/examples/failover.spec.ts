import { ClientError, HttpError, RateLimitError, ServerError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { Failover, type Provider } from '../../docs/examples/failover/failover.js';

const failure = { method: 'GET', url: 'https://api.test/', headers: {}, response: {} };
const limited = (retryAfter: number): Error => new RateLimitError({ ...failure, status: 429, retryAfter });
const broken = new ServerError({ ...failure, status: 503 });

/** A provider that follows a script; `undefined` answers. */
class Scripted implements Provider {
  asked = 0;
  script: (Error | undefined)[] = [];

  constructor(
    readonly name: string,
    /** What it does once the script has ended. */
    public usual?: Error,
  ) {}

  ask(): Promise<string> {
    this.asked += 1;
    const error = this.script.length > 0 ? this.script.shift() : this.usual;
    return error === undefined ? Promise.resolve(this.name) : Promise.reject(error);
  }
}

function setUp(): { clock: VirtualClock; first: Scripted; second: Scripted; ask: () => Promise<unknown> } {
  const clock = new VirtualClock();
  const [first, second] = [new Scripted('first'), new Scripted('second')];
  const failover = new Failover([first, second], clock);
  const ask = async (): Promise<unknown> => {
    let ended = false;
    const answer = failover.ask('why?').then(
      (value) => value,
      (error: unknown) => error,
    );
    void answer.then(() => (ended = true));
    for (let steps = 0; !ended && steps < 1000; steps += 1) await clock.next();
    return answer;
  };
  return { clock, first, second, ask };
}

describe('The example of two providers', () => {
  test('asks the first as long as it answers', async () => {
    const { ask, second } = setUp();
    expect([await ask(), await ask(), second.asked]).toEqual(['first', 'first', 0]);
  });

  test('waits for a short Retry-After', async () => {
    const { clock, first, second, ask } = setUp();
    first.script = [limited(2000)];
    expect([await ask(), clock.now(), second.asked]).toEqual(['first', 2000, 0]);
  });

  test('switches for a long Retry-After, without asking the first again until it is over', async () => {
    const { clock, first, ask } = setUp();
    first.script = [limited(60_000)];
    expect([await ask(), await ask(), first.asked]).toEqual(['second', 'second', 1]);
    expect(clock.now()).toBe(0);
    await clock.advance(60_000);
    expect([await ask(), first.asked]).toEqual(['first', 2]);
  });

  test('switches while the breaker of the first is open, and uses the first again when a probe succeeds', async () => {
    const { clock, first, ask } = setUp();
    first.usual = broken;
    for (let i = 0; i < 4; i += 1) expect(await ask()).toBe('second');
    expect(first.asked).toBe(5);
    first.usual = undefined;
    await clock.advance(10_000);
    expect([await ask(), first.asked]).toEqual(['first', 6]);
  });

  test('switches for a limiter that is full for too long', async () => {
    const { first, second, ask } = setUp();
    // 10 at once and 50 a second: within 5 s there is room for 260.
    const answers = await Promise.all(Array.from({ length: 300 }, ask));
    expect(first.asked).toBeLessThanOrEqual(260);
    expect(first.asked).toBeGreaterThan(250);
    expect(second.asked).toBe(300 - first.asked);
    expect(new Set(answers)).toEqual(new Set(['first', 'second']));
  });

  test('does not switch for an error that the other would give too', async () => {
    const { first, second, ask } = setUp();
    const wrong = new ClientError({ ...failure, status: 400 });
    first.script = [wrong];
    expect([await ask(), second.asked]).toEqual([wrong, 0]);
  });

  test('fails with the error of the last when neither can answer', async () => {
    const { first, second, ask } = setUp();
    first.usual = broken;
    second.usual = limited(60_000);
    expect(await ask()).toBe(second.usual);
    expect(second.usual).toBeInstanceOf(HttpError);
  });
});
