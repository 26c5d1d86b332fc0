import { nothingLeftUntil } from '../../lib/headers/nothing-left';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);

describe('The reset of a limit', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['with nothing left counts', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }, 60_000],
    ['with something left does not', { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '60' }, undefined],
    ['that does not say what is left does not', { 'x-ratelimit-reset': '60' }, undefined],
    ['of the limit with nothing left counts, not that of another', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s', 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '9m' }, 360_000],
    ['that comes last counts, if several have nothing left', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60', ratelimit: '"a";r=0;t=90, "b";r=0;t=30' }, 90_000],
    ['in the past is 0', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 - 5) }, 0],
    ['of an IETF item counts', { RateLimit: '"hour, r=1";r=0;t=30' }, 30_000],
    ['of a dictionary counts', { RateLimit: 'limit=5, remaining=0, reset=30' }, 30_000],
    ['in an earlier draft counts', { 'RateLimit-Remaining': '0', 'RateLimit-Reset': '30' }, 30_000],
    ['of a unit of Anthropic counts', { 'anthropic-ratelimit-input-tokens-remaining': '0', 'anthropic-ratelimit-input-tokens-reset': '2026-11-24T12:00:07Z' }, 7000],
    ['in epoch seconds counts without the X, too (GitLab)', { 'RateLimit-Remaining': '0', 'RateLimit-Reset': String(NOW / 1000 + 60) }, 60_000],
    ['in several lines counts by its first', { 'X-RateLimit-Remaining': '0, 0', 'X-RateLimit-Reset': '30, 30' }, 30_000],
    ['that is exact counts before the other (Discord)', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1', 'x-ratelimit-reset-after': '0.5' }, 500],
    ['of an IETF item with malformed parameters does not', { RateLimit: '"a";r=0"b";t=30' }, undefined],
    ['whose time is garbage does not', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, undefined],
  ])('%s', (_what, headers, expected) => {
    expect(nothingLeftUntil(headers, NOW)).toBe(expected);
    expect(nothingLeftUntil(new Headers(headers), NOW)).toBe(expected);
  }); // prettier-ignore
});

test("The answer's own Date corrects a skewed clock", () => {
  const headers = {
    date: 'Tue, 24 Nov 2026 12:00:00 GMT',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(NOW / 1000 + 9),
  };
  expect(nothingLeftUntil(headers)).toBe(9000);
});

test('Headers that can only be asked by name are asked for the limits that are known', () => {
  const sealed = (said: Record<string, string>): object =>
    Object.create({ get: (name: string) => said[name] ?? null }) as object;
  expect(nothingLeftUntil(sealed({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }), NOW)).toBe(60_000);
  expect(nothingLeftUntil(sealed({ 'ratelimit-remaining': '0', 'ratelimit-reset': '50' }), NOW)).toBe(50_000);
});

test('Several lines of RateLimit are one list', () => {
  expect(nothingLeftUntil({ ratelimit: ['"a";r=0;t=9', '"b";r=0;t=5'] }, NOW)).toBe(9000);
});

test('RateLimit is looked at up to two thousand characters', () => {
  const field = (length: number): object => ({ ratelimit: '"a";r=0;t=5'.padEnd(length) });
  expect([nothingLeftUntil(field(2000), NOW), nothingLeftUntil(field(2001), NOW)]).toEqual([5000, undefined]);
});

test.each([{}, { 'retry-after': '5' }, null, undefined])('nothingLeftUntil finds no limit in %j', (headers) => {
  expect(nothingLeftUntil(headers, NOW)).toBeUndefined();
});
