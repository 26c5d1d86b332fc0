/**
 * Takes secrets out of a text that others wrote before it reaches a log line or a message: credentials and queries of
 * addresses, and what follows the name of a header that carries a secret. Every pattern runs in linear time.
 */
export function scrub(text: string): string {
  return (
    text
      .replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]{1,1000}@/gi, '$1')
      // In an address a query needs no "=", elsewhere a question mark may end a sentence.
      .replace(/:\/\/[^\s"'<>]+/g, (address) => address.split('?', 1).join())
      .replace(/\?[^\s"'<>?]{0,10000}=[^\s"'<>]{0,10000}/g, '')
      // Digest and signatures go on after a comma.
      .replace(/\b((?:proxy-)?authorization\\?["']?\s*[:=]\s*)[^\n}]{1,10000}/gi, '$1[redacted]')
      .replace(
        /\b((?:(?:set-)?cookie|x-[a-z-]{0,20}(?:key|token)|api[-_]?key)\\?["']?\s*[:=]\s*)[^\n,}]{1,10000}/gi,
        '$1[redacted]',
      )
      .replace(/\b(Bearer|Basic|Digest|Token)\s+[^\s"',;]{4,10000}/gi, '$1 [redacted]')
  );
}
