import { formatValue } from './check.js';
import { isError } from './is-error.js';

/**
 * Removes secrets from a text before it reaches a log line or a message: credentials and queries of addresses, and the
 * values of headers that carry secrets. Every pattern runs in linear time. When in doubt, a text counts as a secret.
 */
export function scrub(text: string): string {
  return (
    text
      // An address within another, or in a form, is percent-encoded.
      .replace(/%3a(?:%2f){2}[^\s"'<>&]+/gi, (address) =>
        /@|%40|%3f/i.test(address) ? '%3A%2F%2F[redacted]' : address,
      )
      // A password with a slash, "?" or "#" in it: what follows the colon is no port.
      .replace(/((?:\\?\/){2})[^\s/?#@:[\\"'<>]{0,1000}:(?!\d{0,5}(?:[\s/?#\\"'<>]|$))[^\s@"'<>]{1,1000}@/g, '$1')
      // The scheme may be left out; JSON may have a backslash before each slash.
      .replace(/((?:\\?\/){2})[^\s/?#"'<>]{1,10000}@/g, '$1')
      // White space that was not encoded breaks a query into pieces: the first, if nothing comes before, and those after "&".
      .replace(/(\/[^\s/?"'<>]{0,10000}\?)\s{1,100}[^\s?&="'<>]{1,10000}=[^\s"'<>]{0,10000}/g, '$1')
      .replace(/&\s{0,100}[^\s?&="'<>]{1,10000}=[^\s"'<>]{0,10000}/g, '')
      // In an address a query needs no "=", elsewhere a question mark may end a sentence.
      .replace(/:(?:\\?\/){2}[^\s"'<>]+/g, (address) => address.split('?', 1).join())
      .replace(/\?[^\s"'<>?]{0,10000}=[^\s"'<>]{0,10000}/g, '')
      // Sign-ins return tokens in a fragment: https://app.example.com/#access_token=…
      .replace(/#[^\s"'<>#]{0,10000}=[^\s"'<>]{0,10000}/g, '')
      // undici and Firefox, then Bun and Safari, quote the value of a header that they refuse.
      .replace(/\b(Headers\.[a-z]{1,10}: )[\s\S]{1,10000}(?= is an invalid header)/g, '$1[redacted]')
      .replace(/\b(has invalid value: )'[\s\S]{1,10000}'/g, '$1[redacted]')
      // Digest and signatures go on after a comma.
      .replace(/\b((?:proxy-)?authorization\\?["']?\s*[:=]\s*)[^\n}]{1,10000}/gi, '$1[redacted]')
      .replace(
        /\b((?:(?:set-)?cookie|x-[a-z-]{0,20}(?:key|token)|api[-_]?key)\\?["']?\s*[:=]\s*)[^\n,}]{1,10000}/gi,
        '$1[redacted]',
      )
      .replace(/\b(Bearer|Basic|Digest|Token)\s+[^\s"',;]{4,10000}/gi, '$1 [redacted]')
  );
}

/** The message of whatever was thrown, without secrets, for a message of the library. */
export function messageOf(error: unknown): string {
  // Nothing stops an error from having a message that is no text.
  const text: unknown = isError(error) ? error.message : error;
  return scrub(typeof text === 'string' ? text : formatValue(error));
}
