import { LimiterUnavailableError } from 'tenax';
import { VirtualClock } from 'tenax/testing';
import type { RedisConnection } from '../../lib/redis/redis-store';
import { SlotsLink, type SlotsCommand } from '../../lib/redis/slots-link';
import { SLOTS_SCRIPT } from '../../lib/redis/slots-script';
import { thrown } from '../thrown';
import type { SlotsWords } from './fake-slots';

const COMMAND: SlotsCommand = {
  held: 2,
  asks: [1, 3],
  limit: 5,
  base: 4,
  assigned: 2,
  pause: 1.5,
  hold: 0.0001,
  lease: 300,
  patience: 250,
  waits: 1,
};

describe('SlotsLink', () => {
  const setting = (reply: () => Promise<unknown> = async () => '1 3 2 5 1500 0') => {
    const clock = new VirtualClock();
    const run = jest.fn(reply);
    return { clock, run, link: new SlotsLink({ run } as unknown as RedisConnection, 'slots', clock, 500) };
  };
  const words = (run: jest.Mock, i: number): SlotsWords => {
    const [, , args] = run.mock.calls[i] as [unknown, unknown, [string]];
    return JSON.parse(args[0]) as SlotsWords;
  };

  test('sends a command to the script under its key, with spans in microseconds', async () => {
    const { link, run } = setting();
    await link.send(COMMAND);
    const [script, keys] = run.mock.calls[0] as unknown as [{ source: string }, string[]];
    expect([script.source, keys]).toEqual([SLOTS_SCRIPT, ['slots']]);
    expect(words(run, 0)).toEqual({
      ...COMMAND,
      owner: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: 1,
      pause: 1500,
      hold: 1,
      lease: 300_000,
      patience: 250_000,
    });
  });

  test('numbers the commands of one owner, which no other link has', async () => {
    const { link, run } = setting();
    await link.send(COMMAND);
    await link.send(COMMAND);
    const [first, second] = [words(run, 0), words(run, 1)];
    expect([first.number, second.number, second.owner]).toEqual([1, 2, first.owner]);
    const other = setting();
    await other.link.send(COMMAND);
    expect(words(other.run, 0).owner).not.toBe(first.owner);
  });

  test.each(['QUEUED', '', undefined, '1 3 2 5', '1 3 2 five 0 0'])('rejects a reply of %p', async (reply) => {
    const { link } = setting(async () => reply);
    expect(await thrown(link.send(COMMAND))).toBeInstanceOf(LimiterUnavailableError);
  });

  test('reads the reply', async () => {
    const { link } = setting();
    expect(await link.send(COMMAND)).toEqual({ granted: 1, held: 3, others: 2, limit: 5, hold: 1.5 });
    // node-redis may return a Buffer.
    const buffered = setting(async () => Buffer.from('0 0.5 0 0.25 0 7'));
    expect(await buffered.link.send(COMMAND)).toEqual({ granted: 0, held: 0.5, others: 0, limit: 0.25, hold: 0 });
  });

  test('rejects with LimiterUnavailableError for a failure, or when the reply takes longer than the timeout', async () => {
    const down = new Error('down');
    const failed = await thrown(setting(() => Promise.reject(down)).link.send(COMMAND));
    expect(failed).toBeInstanceOf(LimiterUnavailableError);
    expect(failed).toMatchObject({ cause: down });
    const { link, clock } = setting(() => new Promise(() => undefined));
    const late = thrown(link.send(COMMAND));
    await clock.advance(500);
    expect(await late).toEqual(new LimiterUnavailableError('no reply from the store within 500 ms'));
  });
});
