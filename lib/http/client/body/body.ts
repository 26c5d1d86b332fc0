import { untilAborted } from '../../../base/abort.js';
import { TenaxError } from '../../../base/errors.js';
import type { Timestamp } from '../../../base/clock.js';
import { Source } from '../../../engine/source.js';
import type { HttpCall } from '../http-call.js';
import { SignalLink } from '../signal-link.js';
import type { Answer } from '../transport.js';
import type { BodyCall } from './body-call.js';
import type { BodyTransport, Chunks } from './body-transport.js';
import type { ResumePlan } from './resume-plan.js';

/** What a body needs from its client. */
export interface BodySettings<Response extends Answer> {
  readonly transport: BodyTransport<any, any, Response>;
  /** How the body is continued. */
  readonly plan: ResumePlan;
  /** Makes the call for the rest. */
  begin(): BodyCall<Response>;
  /** Called once when the body has ended. */
  ended(): void;
}

/** The body of one answer, which is continued if it breaks off. */
export class Body<Response extends Answer> implements Chunks {
  private source: Source<Uint8Array>;
  private received = 0;
  /** Whether a chunk has arrived since the last failure. */
  private fresh = true;
  private over = false;
  private call: BodyCall<Response> | undefined = undefined;
  private readonly leaving = new AbortController();

  constructor(
    private readonly http: HttpCall<any, any, Response>,
    /** Kept as long as its body, since platforms cancel the body of a Response that was garbage-collected. */
    public owner: Response,
    stream: object,
    private readonly settings: BodySettings<Response>,
  ) {
    this.source = Source.of<Uint8Array>(stream);
  }

  async pull(): Promise<Uint8Array | undefined> {
    const asked = this.policy.now();
    while (!this.over) {
      let chunk: Uint8Array | undefined;
      try {
        chunk = await this.read();
      } catch (error) {
        if (this.over) break;
        // A failure after the last byte does not matter.
        if (this.settings.plan.length === this.received) this.complete();
        else await this.continueAfter(error, asked);
        continue;
      }
      if (chunk === undefined) {
        if (this.over) break;
        if (this.isComplete()) this.complete();
        else await this.continueAfter(this.http.brokenBody(this.received, 'the connection was closed'), asked);
      } else if (chunk.byteLength > 0) return this.take(chunk);
    }
    return undefined;
  }

  cancel(reason?: unknown): void {
    if (this.over) return;
    this.leaving.abort(reason ?? new DOMException('the body was cancelled', 'AbortError'));
    this.leave();
  }

  private get policy() {
    return this.http.client.retrying.policy;
  }

  private async read(): Promise<Uint8Array | undefined> {
    const result = await untilAborted(this.source.next(), this.http.signal.current);
    return result.done === true ? undefined : result.value;
  }

  /** Whether all bytes have arrived. If the length is unknown, the end of the stream counts as complete. */
  private isComplete(): boolean {
    return (this.settings.plan.length ?? this.received) === this.received;
  }

  private take(chunk: Uint8Array): Uint8Array {
    this.received += chunk.byteLength;
    this.fresh = true;
    const { length = Infinity } = this.settings.plan;
    if (this.received <= length) return chunk;
    this.leave();
    throw this.http.brokenBody(length, 'the server sent more than it had said');
  }

  /** Requests the rest of the body. @throws the error that the body fails with. */
  private async continueAfter(error: unknown, asked: Timestamp): Promise<void> {
    const { http, settings } = this;
    this.source.close();
    const link = new SignalLink();
    try {
      const { aborted } = http.signal;
      if (aborted !== undefined) throw http.abortError(aborted.reason);
      this.call ??= settings.begin();
      if (this.fresh) this.call.startOver(asked);
      this.fresh = false;
      for (const signal of [http.signal.current, this.leaving.signal]) if (signal !== undefined) link.to(signal);
      const failure = error instanceof TenaxError ? error : http.failureOf(error, this.received);
      const rest = await this.call.proceed(failure, this.received, link.signal);
      const stream = settings.transport.streamOf(rest);
      if (stream === undefined) throw http.brokenBody(this.received, 'the rest has no body');
      this.owner = rest;
      this.source = Source.of<Uint8Array>(stream);
      // The reader may have left meanwhile.
      if (this.over) this.source.close();
    } catch (failure) {
      if (this.over) return;
      const { aborted } = http.signal;
      this.leave(aborted);
      throw aborted === undefined ? failure : http.abortError(aborted.reason);
    } finally {
      link.release();
    }
  }

  private complete(): void {
    this.end();
    this.call?.complete();
  }

  private leave(aborted?: { readonly reason: unknown }): void {
    this.end();
    this.call?.leave(aborted);
  }

  private end(): void {
    this.over = true;
    this.source.close();
    this.settings.ended();
  }
}
