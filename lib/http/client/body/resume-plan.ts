import { parseHttpDate } from '../../../headers/date.js';
import { headerValues } from '../../../headers/headers.js';
import type { Answer } from '../transport.js';

/** Milliseconds. A `Last-Modified` is a strong validator if it is this much older than the answer (RFC 9110, 8.8.2.2). */
const OLD_ENOUGH = 60_000;

const STRONG_ETAG = /^"[^"]*"$/;
const ASKED_RANGE = /^bytes=(\d+)-(\d*)$/i;
const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i;

/** The value of a header that occurs exactly once; otherwise the empty text. */
function single(headers: unknown, name: string): string {
  const values = headerValues(headers, name);
  return values.length === 1 ? (values[0] as string).trim() : '';
}

/** The Content-Range of a 206: the positions of its first and last byte, and the length of the whole. */
interface Place {
  readonly first: number;
  readonly last: number;
  readonly total: number | undefined;
}

function placeOf(headers: unknown): Place | undefined {
  const match = CONTENT_RANGE.exec(single(headers, 'content-range'));
  if (match === null) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  if (first > last) return undefined;
  return { first, last, total: match[3] === '*' ? undefined : Number(match[3]) };
}

/** The header that says which version a body belongs to. */
type Validator = { readonly name: 'etag' | 'last-modified'; readonly value: string };

/** A strong ETag or, if there is no ETag, a strong Last-Modified (RFC 9110, 13.1.5); otherwise undefined. */
function validatorOf(headers: unknown): Validator | undefined {
  const etags = headerValues(headers, 'etag');
  if (etags.length > 0) {
    const value = single(headers, 'etag');
    return STRONG_ETAG.test(value) ? { name: 'etag', value } : undefined;
  }
  const value = single(headers, 'last-modified');
  const now = Date.now();
  const modified = parseHttpDate(value, now);
  const date = parseHttpDate(single(headers, 'date'), now);
  if (modified === undefined || date === undefined || date - modified < OLD_ENOUGH) return undefined;
  return { name: 'last-modified', value };
}

const isEncoded = (headers: unknown): boolean =>
  headerValues(headers, 'content-encoding').some((value) => !/^(?:identity)?$/i.test(value.trim()));

/** How the body of one answer can be continued. */
export class ResumePlan {
  private constructor(
    private readonly validator: Validator,
    /** The position of the body's first byte in the whole. */
    private readonly first: number,
    private ownLength: number | undefined,
    private total: number | undefined,
    /** The text after the dash of the request's `Range`. */
    private readonly asked: string,
  ) {}

  /** The plan for the answer to a GET with these request headers; undefined if it cannot be continued. */
  static of({ status, headers }: Answer, requested: unknown): ResumePlan | undefined {
    const validator = validatorOf(headers);
    if (validator === undefined || isEncoded(headers)) return undefined;
    const ranges = headerValues(requested, 'range');
    const range = ASKED_RANGE.exec(ranges.join().trim());
    if (ranges.length > 0 && range === null) return undefined;
    if (status === 206) {
      const place = placeOf(headers);
      if (range === null || place === undefined) return undefined;
      const { first, last, total } = place;
      return new ResumePlan(validator, first, last - first + 1, total, range[2] as string);
    }
    if (status !== 200) return undefined;
    const length = single(headers, 'content-length');
    const total =
      /^\d+$/.test(length) && headerValues(headers, 'transfer-encoding').length === 0 ? Number(length) : undefined;
    return new ResumePlan(validator, 0, total, total, '');
  }

  /** The number of bytes of the body; undefined until an answer names it. */
  get length(): number | undefined {
    return this.ownLength;
  }

  /** The headers that request the rest after `received` bytes. */
  headersFor(received: number): Readonly<Record<string, string>> {
    return { Range: `bytes=${this.first + received}-${this.asked}`, 'If-Range': this.validator.value };
  }

  /** Takes the total length from the answer with the rest, if the first answer did not name it: a part names its own. */
  learn({ headers }: Answer): void {
    this.total ??= placeOf(headers)?.total;
    this.ownLength ??= this.total;
  }

  /** Why an answer does not continue the body after `received` bytes; undefined if it does. */
  mismatch({ status, headers }: Answer, received: number): string | undefined {
    if (status !== 206) return `the server answered ${status} instead of 206 when it was asked for the rest`;
    const place = placeOf(headers);
    const begin = this.first + received;
    const told = single(headers, 'content-range');
    if (place?.first !== begin) {
      return `the rest begins at byte ${begin}, and the server sent ${told === '' ? 'no Content-Range' : `Content-Range: ${told}`}`;
    }
    const { total } = place;
    if (total !== undefined && this.total !== undefined && total !== this.total) {
      return `it had ${this.total} bytes in all, and now it has ${total}`;
    }
    const { name, value } = this.validator;
    const values = headerValues(headers, name);
    if (values.length > 0 && values.join().trim() !== value) return `it has changed meanwhile (${name})`;
    return isEncoded(headers) ? 'the rest has a Content-Encoding' : undefined;
  }
}
