import type { InternalAxiosRequestConfig } from 'axios';
import type { MaybeAsync } from '../strategies/decide.js';

/** A form of npm's form-data. Other streams lack the two methods. */
interface FormDataPackage {
  getBuffer(): unknown;
  getHeaders(): Record<string, string>;
  readonly pipe?: unknown;
}

const STREAM = 'its body is a stream, which cannot be sent twice';

/**
 * Prepares a body to be sent more than once. A form is serialized once, so that each attempt sends the same bytes with the
 * same boundary. Returns why the body cannot be sent twice; undefined if it can.
 */
export function makeReplayable(config: InternalAxiosRequestConfig): MaybeAsync<string | undefined> {
  const data = config.data as FormDataPackage | null | undefined;
  if (typeof data !== 'object' || data === null) return undefined;
  if (typeof FormData === 'function' && data instanceof FormData) return serializeForm(config, data);
  const isStream =
    typeof data.pipe === 'function' || (typeof ReadableStream === 'function' && data instanceof ReadableStream);
  if (!isStream) return undefined;
  try {
    const body = data.getBuffer();
    for (const [name, value] of Object.entries(data.getHeaders())) config.headers.set(name, value);
    config.data = body;
    return undefined;
  } catch {
    // It is not a form, or a form that contains a stream.
    return STREAM;
  }
}

/** Serializes a FormData of the platform, by means of a Response. */
async function serializeForm(config: InternalAxiosRequestConfig, form: FormData): Promise<undefined> {
  const serialized = new Response(form);
  config.data = await serialized.arrayBuffer();
  config.headers.set('Content-Type', serialized.headers.get('content-type'));
}
