import { randomBytes, scryptSync } from 'node:crypto';

/** An address of the API in the state file: its query parts are text, or places in the query of --url. */
export interface WrittenAddress {
  readonly path: string;
  readonly query: readonly (string | number)[];
}

/** What a state belongs to. No credentials, and of the query, which often holds a key, only a slow, salted hash. */
export interface WrittenSource {
  /** `null` is the API that the program starts itself: its port is another each time. */
  readonly address: string | null;
  readonly query: { readonly salt: string; readonly hash: string } | null;
  readonly perPage: number;
}

const partsOf = (search: string): string[] => search.slice(1).split('&').filter(Boolean);
const decoded = (part: string): string => new URLSearchParams(part).toString();
const hashOf = (search: string, salt: string): string => scryptSync(search, salt, 32).toString('hex');

/** What a sync reads, and how it is written down so that a resume knows it again and nobody learns a secret from it. */
export class Source {
  private readonly url: URL;

  constructor(
    private readonly given: string | undefined,
    private readonly perPage: number,
  ) {
    // The API of its own counts pages: no address of it is ever written.
    this.url = new URL(given ?? 'http://localhost');
  }

  write(): WrittenSource {
    const { search } = this.url;
    const salt = randomBytes(16).toString('hex');
    const query = search === '' ? null : { salt, hash: hashOf(search, salt) };
    return { address: this.address(), query, perPage: this.perPage };
  }

  /** Pages of another size, or of other items, do not go on where these ended. */
  check({ address, query, perPage }: WrittenSource): void {
    const same = query === null ? this.url.search === '' : hashOf(this.url.search, query.salt) === query.hash;
    if (address !== this.address() || !same) {
      const had = address === null ? 'it had none' : `${address}${query === null ? '' : '?… (the query is not kept)'}`;
      throw new Error(`--resume takes the --url of the interrupted run: ${had}`);
    }
    if (perPage !== this.perPage)
      throw new Error(`--resume takes the --per-page of the interrupted run: ${perPage}, not ${this.perPage}`);
  }

  /** Many APIs repeat the whole query in the next address, the key with it. What --url holds is not written. */
  writeAddress(address: string): WrittenAddress {
    const known = partsOf(this.url.search).map(decoded);
    const { pathname, search } = new URL(address);
    const query = partsOf(search).map((part) => {
      const at = known.indexOf(decoded(part));
      return at < 0 ? part : at;
    });
    return { path: pathname, query };
  }

  /** Always an address at the origin of --url, with its credentials, whatever the file says. */
  readAddress({ path, query }: WrittenAddress): string {
    const known = partsOf(this.url.search);
    const address = new URL(this.url);
    address.pathname = path;
    address.search = query.map((part) => (typeof part === 'number' ? known[part] : part)).join('&');
    return address.href;
  }

  private address(): string | null {
    return this.given === undefined ? null : `${this.url.origin}${this.url.pathname}`;
  }
}
