import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NetworkError, raiseForStatus, retryingFetch } from 'tenax/http';

/** A fetch whose bodies continue where they broke off. */
const fetch = retryingFetch({ resume: true, idleTimeout: 30_000 });

/**
 * Writes a file to disk. What a program that was ended has written stays in `<path>.part`, and the next run continues there
 * if the server still has the same version.
 */
export async function download(url: string, path: string): Promise<void> {
  const part = `${path}.part`;
  const note = `${part}.etag`;
  const etag = await readFile(note, 'utf8').catch(() => '');
  const size =
    etag === ''
      ? 0
      : await stat(part).then(
          (found) => found.size,
          () => 0,
        );
  // The last byte once more, so that a file that is complete has something to ask for.
  const from = Math.max(0, size - 1);
  const headers = size === 0 ? undefined : { Range: `bytes=${from}-`, 'If-Range': etag };
  const response = raiseForStatus(await fetch(url, { headers }));
  const continues = response.status === 206 && response.headers.get('etag') === etag;
  if (response.status === 206 && !continues) throw new NetworkError({ method: 'GET', url }, 'another version');
  const current = response.headers.get('etag') ?? '';
  // Before the first byte: a part of which nobody knows the version is of no use.
  if (!continues) await rm(part, { force: true });
  await writeFile(note, current.startsWith('"') ? current : '');
  const body = Readable.fromWeb(response.body as never);
  await pipeline(body, createWriteStream(part, continues ? { flags: 'r+', start: from } : {}));
  await rename(part, path);
  await rm(note, { force: true });
}
