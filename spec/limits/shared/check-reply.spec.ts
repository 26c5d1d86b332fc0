import { LimiterUnavailableError } from 'tenax';
import { SharedTokenBucket, type LimitReply, type LimitStore } from 'tenax/redis';
import { checkReply } from '../../../lib/limits/shared/check-reply';
import { fate } from './setting';

const part = { level: 1, rate: 2, hold: 0 };
const good: LimitReply = { claimed: [0], place: -1, crowd: 0, doubt: 0, parts: [part] };

describe('checkReply', () => {
  test('returns a reply with a part for each key and at most one claim for each caller', () => {
    expect(checkReply(good, 1, 1)).toBe(good);
    expect(checkReply({ ...good, claimed: [] }, 1, 1).claimed).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['claimed', undefined],
    ['claimed', null],
    ['claimed', { ...good, claimed: [0, 0] }],
    ['claimed', { ...good, claimed: ['0'] }],
    ['place', { ...good, place: NaN }],
    ['crowd', { ...good, crowd: undefined }],
    ['doubt', { ...good, doubt: '0' }],
    ['parts', { ...good, parts: [] }],
    ['parts', { ...good, parts: [part, part] }],
    ['parts', { ...good, parts: [{ ...part, level: undefined }] }],
    ['parts', { ...good, parts: [undefined] }],
    ['parts', { ...good, parts: undefined }],
  ])('names %s in a reply where it is wrong', (field, reply) => {
    expect(() => checkReply(reply, 1, 1)).toThrow(
      new TypeError(`the store's reply is not a LimitReply: its ${field} is missing or wrong`),
    );
  });
});

describe('a shared limit whose store', () => {
  const broken: Record<string, () => unknown> = {
    'throws at once': () => {
      throw new Error('no pool');
    },
    'returns no promise': () => undefined,
    'resolves with nothing': async () => undefined,
    'resolves with something else': async () => 'QUEUED',
    'rejects with nothing': () => Promise.reject(undefined as never),
  };
  const bucketOf = (run: () => unknown, onUnavailable: 'throw' | 'local'): SharedTokenBucket =>
    new SharedTokenBucket({ store: { run } as LimitStore, key: 'k', rate: 1000, onUnavailable });

  test.each(Object.entries(broken))('%s is unavailable', async (_, run) => {
    const bucket = bucketOf(run, 'throw');
    expect(await fate(bucket.acquire())).toBeInstanceOf(LimiterUnavailableError);
    expect(await fate(bucket.tryAcquire())).toBeInstanceOf(LimiterUnavailableError);
    expect(bucket.pending).toBe(0);
    expect(await fate(bucketOf(run, 'local').acquire())).toBe('granted');
  });
});
