import fc from 'fast-check';
import Redis from 'ioredis';
import { stepLimits, type LimitCommand, type LimitReply, type LimitState } from 'tenax/redis';
import { SCRIPT } from '../../lib/redis/script';
import { histories, MemoryStep, play } from '../limits/shared/history';
import { runs } from '../long';
import { describeWithRedis, RedisServer } from '../integration/redis-server';

/** The script with a clock that the caller sets. */
const CLOCKED = SCRIPT.replace("redis.call('TIME')", '{ ARGV[2], ARGV[3] }');

const numbers = (text: string): number[] => (text === '' ? [] : text.split(' ').map(Number));

/** The reply of the function, in the words of the script. */
const flat = ({ place, crowd, doubt, parts, claimed }: LimitReply): number[][] => [
  [place, crowd, doubt],
  parts.flatMap(({ level, rate, hold }) => [level, rate, hold]),
  [...claimed],
];

/** The commands of a history, and when they were run. */
function record(setting: Parameters<typeof play>[0]): { command: LimitCommand; now: number }[] {
  const recorded: { command: LimitCommand; now: number }[] = [];
  const memory = new MemoryStep();
  const step = Object.create(memory, {
    state: { get: () => memory.state, set: (state: LimitState | undefined) => void (memory.state = state) },
    step: {
      value: (command: LimitCommand, now: number) => {
        const whole = Math.floor(now);
        recorded.push({ command, now: whole });
        return memory.step(command, whole);
      },
    },
  }) as MemoryStep;
  play(setting, step);
  return recorded;
}

describeWithRedis('The script on a server', () => {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis({ port: server.port });
  });
  afterAll(async () => {
    client.disconnect();
    await server.kill();
  });

  const often = { ask: 12, take: 10, giveUp: 3, tell: 3, crash: 1, settle: 1, pause: 1, rerate: 1, clockBack: 1 };

  test.each([1, 2])(
    'replies and keeps what stepLimits does, on %d keys',
    async (count) => {
      const keys = Array.from({ length: count }, (_, key) => `{k}${key}`);
      await fc.assert(
        fc.asyncProperty(histories(often), async (setting) => {
          await client.flushall();
          let states: readonly (LimitState | undefined)[] = keys.map(() => undefined);
          // Some commands arrive twice, as when a connection broke before the reply.
          const sent = record(setting).flatMap((one) => (one.command.number % 5 === 0 ? [one, one] : [one]));
          for (const { command: one, now } of sent) {
            const command: LimitCommand = {
              ...one,
              asks: one.asks.map(([n]) => [n!, (n! * 7) % 3].slice(0, count)),
              parts: [one.parts[0]!, { ...one.parts[0]!, capacity: one.parts[0]!.capacity * 2 }].slice(0, count),
            };
            const next = stepLimits(states, command, now);
            states = next.states;
            const time = [String(Math.floor(now / 1e6)), String(now % 1e6)];
            const reply = (await client.eval(CLOCKED, count, ...keys, JSON.stringify(command), ...time)) as string;
            const [head, levels, spans] = reply.split('\n').map(numbers);
            const expected = flat(next.reply);
            expect([head, levels, spans].map((line) => line!.length)).toEqual(expected.map((line) => line.length));
            [head!, levels!, spans!].flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i]!, 3));
          }
          const kept = await client.eval(
            "return cjson.encode(cmsgpack.unpack(redis.call('GET', KEYS[1])))",
            1,
            keys[0]!,
          );
          const state = JSON.parse(kept as string) as LimitState;
          expect(state.level).toBeCloseTo(states[0]!.level, 6);
          for (const list of ['claims', 'lapsed', 'line', 'settled'] as const) {
            // An empty table has no kind.
            expect(Object.keys(state[list])).toHaveLength(states[0]![list].length);
          }
        }),
        { ...runs(10), endOnFailure: true },
      );
    },
    600_000,
  );

  test('takes the place of what version 0.1 kept under the key', async () => {
    await client.flushall();
    await client.hset('{k}0', { level: '5', turn: '1' });
    const [{ command, now }] = record({
      capacity: 5,
      rate: 1,
      happenings: [{ kind: 'tell', after: 0, process: 0 }],
    }) as [{ command: LimitCommand; now: number }];
    const time = [String(Math.floor(now / 1e6)), '0'];
    await expect(client.eval(CLOCKED, 1, '{k}0', JSON.stringify(command), ...time)).resolves.toContain('-1 0 0');
  });
});
