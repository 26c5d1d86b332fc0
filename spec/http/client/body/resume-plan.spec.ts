import { ResumePlan } from '../../../../lib/http/client/body/resume-plan.js';

const etag = { etag: '"v1"' };
const part = (range: string) => ({ ...etag, 'content-range': range });
const planOf = (status: number, headers: object, requested: object = {}): ResumePlan | undefined =>
  ResumePlan.of({ status, headers } as never, requested);
const rangeOf = (plan: ResumePlan | undefined): string | undefined => plan?.headersFor(4)['Range'];

/** The headers of an answer that was modified so many milliseconds before it was sent. */
const modified = (age: number, date = Date.UTC(2026, 0, 5)) => ({
  'last-modified': new Date(date - age).toUTCString(),
  date: new Date(date).toUTCString(),
});

describe('ResumePlan', () => {
  test('continues an answer from its first missing byte, within the range that was asked for', () => {
    expect(planOf(200, { ...etag, 'content-length': '9' })?.headersFor(4)).toEqual({
      Range: 'bytes=4-',
      'If-Range': '"v1"',
    });
    const plan = planOf(206, part('bytes 10-19/99'), { range: 'bytes=10-19' });
    expect([plan?.length, plan?.headersFor(4)]).toEqual([10, { Range: 'bytes=14-19', 'If-Range': '"v1"' }]);
  });

  test.each<[string, number, object, object, string]>([
    ['has an empty ETag', 200, { etag: '""' }, {}, 'bytes=4-'],
    ['has spaces around its ETag', 200, { etag: ' "v1" ' }, {}, 'bytes=4-'],
    ['was last modified a minute before', 200, modified(60_000), {}, 'bytes=4-'],
    ['is not encoded, and says so', 200, { ...etag, 'content-encoding': ' Identity ' }, {}, 'bytes=4-'],
    ['has an empty Content-Encoding', 200, { ...etag, 'content-encoding': '' }, {}, 'bytes=4-'],
    ['is to a request for a range with an end', 206, part('bytes 10-19/*'), { range: 'bytes=10-19' }, 'bytes=14-19'],
    ['is to a request for a range without an end', 206, part('bytes 10-19/20'), { range: ' BYTES=10- ' }, 'bytes=14-'],
    ['is all, although a range was asked for', 200, etag, { range: 'bytes=10-19' }, 'bytes=4-'],
    ['is one byte', 206, part('bytes 5-5/9'), { range: 'bytes=5-5' }, 'bytes=9-5'],
  ])('continues an answer that %s', (_what, status, headers, requested, range) => {
    expect(rangeOf(planOf(status, headers, requested))).toBe(range);
  });

  test.each<[string, number, object, object]>([
    ['has another status', 203, etag, {}],
    ['has two ETags', 200, { etag: ['"v1"', '"v2"'] }, {}],
    ['has a weak ETag', 200, { etag: 'W/"v1"' }, {}],
    ['has something behind its ETag', 200, { etag: '"v1"-gzip' }, {}],
    ['has a quotation mark in its ETag', 200, { etag: '"v"1"' }, {}],
    ['has neither an ETag nor a Last-Modified', 200, {}, {}],
    ['has a weak ETag and an old Last-Modified', 200, { etag: 'W/"v1"', ...modified(90_000) }, {}],
    ['has a Last-Modified without a Date', 200, { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }, {}],
    ['was last modified less than a minute before', 200, modified(59_000), {}],
    ['has a Date without a Last-Modified', 200, { date: modified(0).date }, {}],
    ['is encoded', 200, { ...etag, 'content-encoding': 'gzip' }, {}],
    ['is encoded, and says that it is not, too', 200, { ...etag, 'content-encoding': 'gzip, identity' }, {}],
    ['is encoded twice', 200, { ...etag, 'content-encoding': 'identity, gzip' }, {}],
    ['is to a request for several ranges', 200, etag, { range: 'bytes=0-1,5-6' }],
    ['is to a request with two ranges', 200, etag, { range: ['bytes=0-1', 'bytes=5-6'] }],
    ['is to a request for the last bytes', 206, part('bytes 4-8/9'), { range: 'bytes=-5' }],
    ['is to a request in other units', 206, part('bytes 4-8/9'), { range: 'kilobytes=4-8' }],
    ['is a part that nobody asked for', 206, part('bytes 0-1/9'), {}],
    ['is a part without a Content-Range', 206, etag, { range: 'bytes=0-1' }],
    ['is a part in other units', 206, part('kilobytes 0-1/9'), { range: 'bytes=0-1' }],
    ['is a part with something behind its place', 206, part('bytes 0-1/9 or so'), { range: 'bytes=0-1' }],
    ['is a part with two places', 206, { ...etag, 'content-range': ['bytes 0-1/9', 'bytes 0-1/9'] }, { range: 'bytes=0-1' }],
    ['is a part that ends before it begins', 206, part('bytes 5-1/9'), { range: 'bytes=5-' }],
  ])('does not continue an answer that %s', (_what, status, headers, requested) => {
    expect(planOf(status, headers, requested)).toBeUndefined();
  }); // prettier-ignore

  test.each<[string, object, number | undefined]>([
    ['its Content-Length', { 'content-length': '1234' }, 1234],
    ['unknown without one', {}, undefined],
    ['unknown with one that is no number', { 'content-length': '12 or so' }, undefined],
    ['unknown with one of another unit', { 'content-length': 'KB12' }, undefined],
    ['unknown with two', { 'content-length': ['12', '12'] }, undefined],
    ['unknown with a Transfer-Encoding', { 'content-length': '12', 'transfer-encoding': 'chunked' }, undefined],
  ])('takes the length of an answer to be %s', (_what, headers, length) => {
    expect(planOf(200, { ...etag, ...headers })?.length).toBe(length);
  });

  test('asks for the version of the Last-Modified, if there is no ETag', () => {
    const headers = modified(3_600_000);
    expect(planOf(200, headers)?.headersFor(7)).toEqual({ Range: 'bytes=7-', 'If-Range': headers['last-modified'] });
  });
});

describe('A rest', () => {
  const rest = (headers: object, status = 206) => ({ status, headers }) as never;
  const why = (plan: ResumePlan | undefined, headers: object, status?: number): unknown =>
    plan?.mismatch(rest(headers, status), 4);

  test('names the length, unless it does not know it either', () => {
    const plan = planOf(200, etag)!;
    plan.learn(rest(part('bytes 4-8/*')));
    expect(plan.length).toBeUndefined();
    plan.learn(rest({}));
    expect(plan.length).toBeUndefined();
    plan.learn(rest(part('bytes 6-8/9')));
    expect(plan.length).toBe(9);
    expect(why(plan, part('bytes 4-8/10'))).toBe('it had 9 bytes in all, and now it has 10');
  });

  test('of a part does not make it longer than it was said to be', () => {
    const plan = planOf(206, part('bytes 10-19/*'), { range: 'bytes=10-19' })!;
    plan.learn(rest(part('bytes 14-19/99')));
    expect(plan.length).toBe(10);
  });

  type Make = () => ResumePlan | undefined;
  const whole: Make = () => planOf(200, { ...etag, 'content-length': '9' });
  const dated: Make = () => planOf(200, modified(90_000));
  const inPart: Make = () => planOf(206, part('bytes 10-19/99'), { range: 'bytes=10-' });

  test.each<[string, Make, object]>([
    ['begins at the missing byte', whole, part('bytes 4-8/9')],
    ['begins at the missing byte of a part', inPart, part('bytes 14-19/99')],
    ['does not know the length of all', whole, part('bytes 4-8/*')],
    ['does not say its version', whole, { 'content-range': 'bytes 4-8/9' }],
    ['has spaces around its ETag', whole, { ...part('bytes 4-8/9'), etag: ' "v1" ' }],
    ['was modified at the same time', dated, { 'content-range': 'bytes 4-8/9', ...modified(90_000) }],
    ['is not encoded', whole, { ...part('bytes 4-8/9'), 'content-encoding': 'identity' }],
  ])('that %s continues the body', (_what, make, headers) => {
    expect(why(make(), headers)).toBeUndefined();
  });

  test.each<[string, Make, object, string]>([
    ['no place', whole, etag, 'the rest begins at byte 4, and the server sent no Content-Range'],
    ['an earlier place', whole, part('bytes 3-8/9'), 'the rest begins at byte 4, and the server sent Content-Range: bytes 3-8/9'],
    ['the place in the part', inPart, part('bytes 4-19/99'), 'the rest begins at byte 14, and the server sent Content-Range: bytes 4-19/99'],
    ['another total', whole, part('bytes 4-9/10'), 'it had 9 bytes in all, and now it has 10'],
    ['another ETag', whole, { ...part('bytes 4-8/9'), etag: '"v2"' }, 'it has changed meanwhile (etag)'],
    ['two ETags', whole, { ...part('bytes 4-8/9'), etag: ['"v1"', '"v1"'] }, 'it has changed meanwhile (etag)'],
    ['another Last-Modified', dated, { 'content-range': 'bytes 4-8/9', ...modified(95_000) }, 'it has changed meanwhile (last-modified)'],
    ['an encoding', whole, { ...part('bytes 4-8/9'), 'content-encoding': 'gzip' }, 'the rest has a Content-Encoding'],
  ])('with %s does not', (_what, make, headers, text) => {
    expect(why(make(), headers)).toBe(text);
  }); // prettier-ignore

  test('that is all of the body does not', () => {
    expect(why(whole(), etag, 200)).toBe('the server answered 200 instead of 206 when it was asked for the rest');
  });
});
