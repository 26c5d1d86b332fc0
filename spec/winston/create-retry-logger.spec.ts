import { Writable } from 'node:stream';
import { format, transports } from 'winston';
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
