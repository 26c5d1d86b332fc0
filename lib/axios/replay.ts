import type { InternalAxiosRequestConfig } from 'axios';
import type { MaybeAsync } from '../strategies/decide.js';

/** npm's form-data, or another stream: then these are not there. */
interface FormDataPackage {
  getBuffer(): unknown;
  getHeaders(): Record<string, string>;
  readonly pipe?: unknown;
}

const STREAM = 'its body is a stream, which cannot be sent twice';

/**
 * Prepares a body to be sent more than once, if possible. A form is serialized once, so that each attempt sends the same
 * bytes with the same boundary. Returns why a body cannot be sent twice, or `undefined`.
 */
export function makeReplayable(config: InternalAxiosRequestConfig): MaybeAsync<string | undefined> {
  const data = config.data as FormDataPackage | null | undefined;
  if (typeof data !== 'object' || data === null) return undefined;
  if (typeof FormData === 'function' && data instanceof FormData) return writeOut(config, data);
  const isStream =
    typeof data.pipe === 'function' || (typeof ReadableStream === 'function' && data instanceof ReadableStream);
  if (!isStream) return undefined;
  try {
    const body = data.getBuffer();
    for (const [name, value] of Object.entries(data.getHeaders())) config.headers.set(name, value);
    config.data = body;
    return undefined;
  } catch {
    // Not a form, or a form with a stream in it.
    return STREAM;
  }
}

/** The platform's own form: a Response knows how it is written. */
async function writeOut(config: InternalAxiosRequestConfig, form: FormData): Promise<string | undefined> {
  const written = new Response(form);
  config.data = await written.arrayBuffer();
  config.headers.set('Content-Type', written.headers.get('content-type'));
  return undefined;
}
