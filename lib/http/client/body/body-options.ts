import { checkBoolean, checkDuration } from '../../../base/check.js';

/** Options of HTTP clients about bodies that are read as streams. */
export interface BodyOptions {
  /**
   * The longest wait for a chunk in milliseconds. Only the time in which the reader waits counts. If no chunk arrives in time,
   * the body fails with `AttemptTimeoutError`. Default `Infinity`.
   */
  readonly idleTimeout?: number | undefined;
  /**
   * True continues the body of a GET where it broke off, if the answer has a strong ETag or an old enough Last-Modified,
   * and no Content-Encoding. The request asks for `Accept-Encoding: identity` unless it names an encoding. Default false.
   */
  readonly resume?: boolean | undefined;
}

/**
 * @param supported Whether the transport can watch and continue bodies.
 * @throws TypeError or RangeError that names the option and what it takes.
 */
export function checkBodyOptions({ idleTimeout, resume }: BodyOptions, supported: boolean): void {
  if (idleTimeout !== undefined) checkDuration('idleTimeout', idleTimeout, { infinite: true });
  if (resume !== undefined) checkBoolean('resume', resume);
  if (supported) return;
  const needing = resume === true ? 'resume' : (idleTimeout ?? Infinity) === Infinity ? undefined : 'idleTimeout';
  if (needing !== undefined) throw new TypeError(`${needing} needs a transport that has \`bodies\``);
}
