import { messageOf, scrub } from '../../lib/base/scrub';

describe('of an address', () => {
  test.each([
    ['https://user:secret@api.test/items', 'https://api.test/items'],
    ['s://u@host', 's://host'],
    ['s3://key:secret@bucket/a', 's3://bucket/a'],
    ['HTTPS://USER:SECRET@HOST', 'HTTPS://HOST'],
    ['redis+tls-1.0://:secret@host:6379', 'redis+tls-1.0://host:6379'],
    ['https://user:p@ss@api.test', 'https://api.test'],
    ['https://user:p/a?s#s@api.test/items', 'https://api.test/items'],
    ['https:\\/\\/user:p/ss@api.test\\/items', 'https:\\/\\/api.test\\/items'],
    ['url=//user:secret@api.test/items', 'url=//api.test/items'],
    ['//secret@api.test', '//api.test'],
    ['{"url":"//user:secret@api.test"}', '{"url":"//api.test"}'],
    ['_https://user:secret@api.test', '_https://api.test'],
    ['https:\\/\\/user:secret@api.test\\/items', 'https:\\/\\/api.test\\/items'],
    ['from https://a:b@one and https://c:d@two', 'from https://one and https://two'],
    ['url=https%3A%2F%2Fu:secret@h%2Fa&n=1', 'url=https%3A%2F%2F[redacted]'],
    ['url=https%3a%2f%2fu%3asecret%40h for', 'url=https%3A%2F%2F[redacted] for'],
    ['next=https%3A%2F%2Fh%2Fa%3Fkey%3Dsecret', 'next=https%3A%2F%2F[redacted]'],
    ['next=https%3A%2F%2Fh%2Fa, or', 'next=https%3A%2F%2Fh%2Fa, or'],
  ])('the credentials are taken out: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  test.each([
    ['https://api.test/items?key=secret', 'https://api.test/items'],
    ['https://api.test/items?secret', 'https://api.test/items'],
    ['https://api.test?a=b?c=d', 'https://api.test'],
    ['GET "https://api.test/items?key=secret" answered 429', 'GET "https://api.test/items" answered 429'],
    ["<a href='https://api.test/?a'>", "<a href='https://api.test/'>"],
    ['<https://api.test/?a=b>; rel=next', '<https://api.test/>; rel=next'],
    ['GET /items?key=secret answered 429', 'GET /items answered 429'],
    ['/items?key= /items?=secret', '/items /items'],
    ["fetch('/items?key=secret')", "fetch('/items')"],
    ['url=//user:secret@api.test/items?key=secret', 'url=//api.test/items'],
    ['https:\\/\\/api.test\\/items?secret', 'https:\\/\\/api.test\\/items'],
  ])('the query is taken out: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  test.each([
    ['https://app.test/#access_token=secret&state=1 failed', 'https://app.test/ failed'],
    ['GET /callback#id_token=secret', 'GET /callback'],
    ['https://app.test/cb?code=1#access_token=secret', 'https://app.test/cb'],
    ['https://docs.test/limits#retry-after explains it', 'https://docs.test/limits#retry-after explains it'],
    ['issue #5 is open', 'issue #5 is open'],
  ])('a fragment with parameters is taken out: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  // What looks like the value of a parameter before the white space may be prose after the address: it stays.
  test.each([
    ['https://api.test/items?q=a b&key=secret', 'https://api.test/items b'],
    ['https://api.test/items?q=a b c&key=secret&x=secret end', 'https://api.test/items b c end'],
    ['https://api.test/items?q=a\n&key=secret', 'https://api.test/items\n'],
    ['https://api.test/items?q=a& key=secret', 'https://api.test/items'],
    ['https://api.test/items?q=a&\n\tkey=secret', 'https://api.test/items'],
    ['https://api.test/items?\nkey=secret', 'https://api.test/items'],
    ['https://api.test?  key=secret&b=secret', 'https://api.test'],
    ['/items?\nkey=secret answered 429', '/items? answered 429'],
    ['/items?q=a b&key=secret', '/items b'],
    ['/items?q="a"&key=secret', '/items"a"'],
    ['https://api.test/items?q=a b&amp;key=secret', 'https://api.test/items b'],
    ['grant=code&client_secret=secret', 'grant=code'],
  ])('the query is taken out where white space breaks it: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  test.each([
    'https://api.test/users/@me',
    'https://api.test/users//@me',
    '// write to somebody@example.com',
    'file:///app/node_modules/.pnpm/tenax@1.0.0/index.js',
    'research & development & more',
    'a & b = c',
    'AT&T',
    'https://api.test/items status=500',
    'is it here? key=a',
    'write to somebody@example.com',
    'see https:// somebody@example.com',
    'is it there? a = b',
    'is it in c:/temp? no',
    'is "that"? "=" it',
    'what?? no',
    'a?b',
  ])('nothing else is: %s', (text) => {
    expect(scrub(text)).toBe(text);
  });
});

test('credentials may be as long as a token is', () => {
  expect(scrub(`https://user:${'secret'.repeat(1000)}@api.test`)).toBe('https://api.test');
});

describe('of headers', () => {
  test.each([
    ['Authorization: Bearer abc', 'Authorization: [redacted]'],
    ['authorization=abc', 'authorization=[redacted]'],
    ['Authorization: Token token="secret"', 'Authorization: [redacted]'],
    ['Authorization: Digest username="me", response="secret"\nAccept: */*', 'Authorization: [redacted]\nAccept: */*'],
    ['Proxy-Authorization  :  Basic secret', 'Proxy-Authorization  :  [redacted]'],
    ['proxy-authorization: a}', 'proxy-authorization: [redacted]}'],
    ['Cookie: a=secret; b=secret\nAccept: */*', 'Cookie: [redacted]\nAccept: */*'],
    ['set-cookie=id=secret', 'set-cookie=[redacted]'],
    ['X-Api-Key: secret, Accept: */*', 'X-Api-Key: [redacted], Accept: */*'],
    ['x-auth-token:secret', 'x-auth-token:[redacted]'],
    ['x-key: secret', 'x-key: [redacted]'],
    ['apikey: secret api_key', 'apikey: [redacted]'],
    ['api-key = s', 'api-key = [redacted]'],
    ['api_key  =  secret', 'api_key  =  [redacted]'],
    ['{"cookie": "secret","status":429}', '{"cookie": [redacted],"status":429}'],
    ['{\\"x-api-key\\":\\"secret\\"}', '{\\"x-api-key\\":[redacted]}'],
    ["{ 'x-api-key': 'secret', accept: '*/*' }", "{ 'x-api-key': [redacted], accept: '*/*' }"],
    ['{"authorization":"Bearer secret"}', '{"authorization":[redacted]}'],
    ["{ 'proxy-authorization' : 'secret' }", "{ 'proxy-authorization' : [redacted]}"],
    ['{\\"authorization\\":\\"secret\\"}', '{\\"authorization\\":[redacted]}'],
  ])('the value is taken out: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  test.each([
    ['got Bearer secret', 'got Bearer [redacted]'],
    ['a basic   secret;', 'a basic [redacted];'],
    ["['authorization', 'Digest secret']", "['authorization', 'Digest [redacted]']"],
    ['"Token secret", next', '"Token [redacted]", next'],
    ['Bearer\tabcd', 'Bearer [redacted]'],
  ])('credentials are known by their scheme too: %s', (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  test.each([
    'Bearer abc',
    'the token',
    'no cookie was sent',
    'x-request-id: 5',
    'tokens secret',
    'content-type: text',
  ])('nothing else is: %s', (text) => {
    expect(scrub(text)).toBe(text);
  });
});

test('several lines keep their form', () => {
  expect(scrub('Error: no answer from https://a:b@host/?c\n    at fetch (file.ts:3:5)')).toBe(
    'Error: no answer from https://host/\n    at fetch (file.ts:3:5)',
  );
});

describe('the message of whatever was thrown', () => {
  test.each([
    [new Error('GET https://a:b@host?k=secret'), 'GET https://host'],
    ['https://host?k=secret', 'https://host'],
    [null, 'null'],
    [Object.create(null), 'an object'],
    [{ message: 5 }, 'an object'],
    [Object.assign(new TypeError(), { message: { key: 'secret' } }), 'an instance of TypeError'],
    [{ [Symbol.toStringTag]: 'Error' }, 'an object'],
  ])('is without secrets: %p', (error: unknown, message) => {
    expect(messageOf(error)).toBe(message);
  });
});

test.each([
  [
    'Headers.append: "secret\r\nx: y" is an invalid header value.',
    'Headers.append: [redacted] is an invalid header value.',
  ],
  ['Headers.set: sec"ret is an invalid header value.', 'Headers.set: [redacted] is an invalid header value.'],
  ["Header 'x-api-key' has invalid value: 'secret'", "Header 'x-api-key' has invalid value: [redacted]"],
])('the value of a header that a platform refuses is taken out: %s', (text, scrubbed) => {
  expect(scrub(text)).toBe(scrubbed);
});
