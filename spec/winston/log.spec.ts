import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import { beforeSleep, retry, stop, wait } from 'tenax';
import { RateLimitError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';

test('a winston logger gets one readable line and structured fields per retry', async () => {
  const lines: any[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const logger = createLogger({ format: format.json(), transports: [new transports.Stream({ stream })] });
  const clock = new VirtualClock();
  const error = new RateLimitError({
    status: 429,
    method: 'GET',
    url: 'https://api.test/items',
    headers: {},
    response: {},
  });
  const call = retry(
    async function fetchPage() {
      throw error;
    },
    {
      stop: stop.afterAttempt(2),
      wait: wait.fixed(2000),
      clock,
      beforeSleep: beforeSleep.log(logger, 'warn'),
      reraise: true,
    },
  )().catch((thrown: unknown) => thrown);
  await clock.advance(2000);
  expect(await call).toBe(error);
  expect(lines).toEqual([
    {
      level: 'warn',
      message:
        'Retrying fetchPage in 2.00 s as it raised RateLimitError: GET https://api.test/items answered 429 Too Many Requests',
      fn: 'fetchPage',
      attempt: 1,
      delayMs: 2000,
      idleForMs: 2000,
      error: {
        name: 'RateLimitError',
        message: 'GET https://api.test/items answered 429 Too Many Requests',
        status: 429,
      },
    },
  ]);
  expect(() => beforeSleep.log(logger, 'warning')).toThrow("one of the logger's levels");
});
