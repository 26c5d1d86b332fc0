/** Headers in any of the shapes that clients have them in: `Headers`, AxiosHeaders, a plain object in any case. */
export type HeadersLike = object | null | undefined;

/** The values of one header, as text; none for what is no header. Never throws. */
export function headerValues(headers: unknown, name: string): readonly string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  const { get } = headers as { get?: (name: string) => unknown };
  const found = typeof get === 'function' ? get.call(headers, name) : lookUp(headers as Record<string, unknown>, name);
  const values: unknown[] = Array.isArray(found) ? found : [found];
  return values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
}

function lookUp(headers: Record<string, unknown>, name: string): unknown {
  if (headers[name] !== undefined) return headers[name];
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}
