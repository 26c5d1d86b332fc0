import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import { beforeSleep, retry, stop, wait } from 'tenax';
import { RateLimitError } from 'tenax/http';
import { VirtualClock } from 'tenax/testing';
import { createRetryLogger, prettyFormat } from 'tenax/winston';

/** A transport that keeps the lines that it is given. */
function kept(): { lines: string[]; transport: InstanceType<typeof transports.Stream> } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString().trimEnd());
      done();
    },
  });
  return { lines, transport: new transports.Stream({ stream }) };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('createRetryLogger', () => {
  test('writes one line of JSON on the console, with a time, the level, the message and its fields', () => {
    const logger = createRetryLogger();
    expect(logger.transports).toEqual([expect.any(transports.Console)]);
    const { lines, transport } = kept();
    logger.clear().add(transport);
    logger.warn('Retrying fetchPage', { fn: 'fetchPage', attempt: 1 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'warn',
        message: 'Retrying fetchPage',
        fn: 'fetchPage',
        attempt: 1,
        timestamp: expect.stringMatching(TIME),
      },
    ]);
  });

  test('writes from info on', () => {
    const { lines, transport } = kept();
    const logger = createRetryLogger({ transports: [transport] });
    logger.debug('one');
    logger.info('two');
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['two']);
  });

  test('accepts winston’s options, which replace its own', () => {
    const { lines, transport } = kept();
    const logger = createRetryLogger({
      level: 'debug',
      format: format.printf(({ message, service }) => `${service}: ${message}`),
      defaultMeta: { service: 'sync' },
      transports: [transport],
    });
    logger.debug('one');
    expect(lines).toEqual(['sync: one']);
  });
});

test('prettyFormat is for people: time, level and the line', () => {
  const { lines, transport } = kept();
  createRetryLogger({ format: prettyFormat, transports: [transport] }).warn('Retrying', { fn: 'fetchPage' });
  expect(lines).toHaveLength(1);
  const [time, level, ...line] = (lines[0] as string).split(' ');
  expect(time).toMatch(TIME);
  expect([level, ...line]).toEqual(['warn:', 'Retrying']);
});

test('any winston logger gets one readable line and structured fields per retry', async () => {
  const { lines, transport } = kept();
  const logger = createLogger({ format: format.json(), transports: [transport] });
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
  expect(lines.map((line) => JSON.parse(line))).toEqual([
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
