/** Headers in any of the shapes that clients have them in: `Headers`, AxiosHeaders, a plain object in any case. */
export type HeadersLike = object | null | undefined;

/** What stands under one header's name, as the client has it: text, a number, a list; anything for what is no header. */
export function headerField(headers: unknown, name: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const { get } = headers as { get?: (name: string) => unknown };
  if (typeof get === 'function') return get.call(headers, name);
  const exact = (headers as Record<string, unknown>)[name];
  if (exact !== undefined) return exact;
  for (const key in headers) {
    if (key.length === name.length && key.toLowerCase() === name && Object.hasOwn(headers, key)) {
      return (headers as Record<string, unknown>)[key];
    }
  }
  return undefined;
}

/** The values of one header, as text; none for what is no header. */
export function headerValues(headers: unknown, name: string): readonly string[] {
  const found = headerField(headers, name);
  const values: unknown[] = Array.isArray(found) ? found : [found];
  return values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
}
