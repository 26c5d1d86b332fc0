/** Headers in any of the shapes that clients have them in: `Headers`, AxiosHeaders, a plain object in any case. */
export type HeadersLike = object | null | undefined;

/** Returns the value of one header as the client keeps it: text, a number or a list. Nothing is checked. */
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

/** Returns the values of one header as text; values that are neither text nor numbers are left out. */
export function headerValues(headers: unknown, name: string): readonly string[] {
  const found = headerField(headers, name);
  const values: unknown[] = Array.isArray(found) ? found : [found];
  return values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
}
