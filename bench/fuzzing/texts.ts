import fc from 'fast-check';
import { nearest } from '../../lib/base/nearest.js';
import { scrub } from '../../lib/base/scrub.js';
import { safeUrl } from '../../lib/http/url.js';
import type { Target } from './target.js';

const SECRET = 's3cr3tS3CR3T';

const around = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.stringMatching(/^[a-z?=&:/@"',.[\]{} \n-]{0,40}$/),
  fc.constantFrom('', 'GET failed: ', 'https://host/a?b=c', '{"url":"', 'Authorization: ', 'cookie=', '?', '://', '@'),
);
const leak = fc.constantFrom(
  `https://user:${SECRET}@host/path`,
  `https://${SECRET}@host/path`,
  `https://host/path?token=${SECRET}`,
  `https://host/path?a=1&token=${SECRET}&b=2`,
  `url=//u:${SECRET}@h/p?tok=1`,
  `https://h/p?q=a b&tok=${SECRET}`,
  `https://h/p?\nk=${SECRET}`,
  `Authorization: Bearer ${SECRET}`,
  `Authorization: ${SECRET}`,
  `Proxy-Authorization: Basic ${SECRET}`,
  `Cookie: sid=${SECRET}; other=1`,
  `set-cookie: sid=${SECRET}`,
  `x-api-key: ${SECRET}`,
  `api_key=${SECRET}`,
  `Bearer ${SECRET}`,
  `"authorization":"${SECRET}"`,
);
const url = fc.oneof(
  around,
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.constantFrom(
    `https://u:${SECRET}@h/p`,
    `https://${SECRET}@h`,
    `https://h/p?k=${SECRET}`,
    `/p?k=${SECRET}`,
    `/p#${SECRET}`,
  ),
);
const KNOWN = ['afterAttempt', 'afterDelay', 'beforeDelay', 'any', 'all', 'never'];

/** What comes into a message or a log line: no secret in it, and a wrong name is answered with a known one. */
export const texts: Target = {
  name: 'texts',
  property: fc.property(around, leak, around, url, (start, secret, end, address) => {
    const scrubbed = scrub(`${start} ${secret} ${end}`);
    if (scrubbed.includes(SECRET)) throw new Error(`a secret in ${JSON.stringify(scrubbed)}`);
    const shown = safeUrl(address, 'https://host/base');
    if (shown.includes(SECRET)) throw new Error(`a secret in ${JSON.stringify(shown)}`);
    const meant = nearest(start, KNOWN);
    if (meant !== undefined && !KNOWN.includes(meant)) throw new Error(`${meant} is not known`);
  }) as never,
  parse: (long) => [scrub(long), safeUrl(long, long), nearest(long, KNOWN)],
  pieces: [
    'a', ' ', '?', '=', '?=', '?a', ':', '://', 'a://', 'a://b', '@', 'x-', 'x-key:', 'Bearer ', 'Bearer a', 'authorization',
    'cookie: ', 'api_key=', '"', '/', '#', '\n', 'Basic  ', '&', '& ', '/? ', '//a@', '\\/',
  ], // prettier-ignore
};
