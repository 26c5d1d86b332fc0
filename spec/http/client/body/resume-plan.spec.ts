import { ResumePlan } from '../../../../lib/http/client/body/resume-plan.js';

const etag = { etag: '"v1"' };
const planOf = (status: number, headers: object, requested: object = {}): ResumePlan | undefined =>
  ResumePlan.of({ status, headers } as never, requested);

describe('ResumePlan', () => {
  test('continues an answer from its first missing byte, within the range that was asked for', () => {
    expect(planOf(200, { ...etag, 'content-length': '9' })?.headersFor(4)).toEqual({
      Range: 'bytes=4-',
      'If-Range': '"v1"',
    });
    const part = planOf(206, { ...etag, 'content-range': 'bytes 10-19/99' }, { range: 'bytes=10-19' });
    expect([part?.length, part?.headersFor(4)]).toEqual([10, { Range: 'bytes=14-19', 'If-Range': '"v1"' }]);
  });

  test.each<[string, number, object, object]>([
    ['has another status', 203, etag, {}],
    ['has two ETags', 200, { etag: ['"v1"', '"v2"'] }, {}],
    ['has a Last-Modified without a Date', 200, { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }, {}],
    ['is to a request for several ranges', 200, etag, { range: 'bytes=0-1,5-6' }],
    ['is a part that nobody asked for', 206, { ...etag, 'content-range': 'bytes 0-1/9' }, {}],
    ['is a part without a Content-Range', 206, etag, { range: 'bytes=0-1' }],
    ['is a part that ends before it begins', 206, { ...etag, 'content-range': 'bytes 5-1/9' }, { range: 'bytes=5-' }],
  ])('does not continue an answer that %s', (_what, status, headers, requested) => {
    expect(planOf(status, headers, requested)).toBeUndefined();
  });

  test('learns the length from the rest, unless the rest does not name it either', () => {
    const plan = planOf(200, etag)!;
    const rest = (range: string) => ({ status: 206, headers: { ...etag, 'content-range': range } }) as never;
    expect(plan.mismatch(rest('bytes 4-8/*'), 4)).toBeUndefined();
    plan.learn(rest('bytes 4-8/*'));
    expect(plan.length).toBeUndefined();
    plan.learn(rest('bytes 6-8/9'));
    expect(plan.length).toBe(9);
  });

  test('refuses a rest that begins elsewhere', () => {
    const plan = planOf(200, etag)!;
    const why = (headers: object) => plan.mismatch({ status: 206, headers } as never, 4);
    expect(why(etag)).toBe('the rest begins at byte 4, and the server sent no Content-Range');
    expect(why({ 'content-range': 'bytes 3-8/9' })).toBe(
      'the rest begins at byte 4, and the server sent Content-Range: bytes 3-8/9',
    );
  });
});
