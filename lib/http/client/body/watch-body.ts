import type { ClientOptions } from '../client-options.js';
import { HttpCall, type ClientOfCall } from '../http-call.js';
import type { Retrying } from '../../../engine/retrying.js';
import type { Answer, Transport } from '../transport.js';
import { abandoned } from '../watch-stream.js';
import { Body } from './body.js';
import { BodyCall } from './body-call.js';
import type { BodyTransport, Chunks } from './body-transport.js';
import { IdleBody } from './idle-body.js';
import { ResumePlan } from './resume-plan.js';

/** The parts of a client that bodies use. */
interface ClientOfBody<Job, Sent, Response extends Answer> extends ClientOfCall<Job, Sent, Response> {
  readonly options: ClientOptions<any, any>;
  readonly retryingBodies: Retrying | undefined;
}

/** Whether the body of a call may be continued, as far as the request shows. */
const wantsResume = <Job>(
  { options, transport }: ClientOfBody<Job, any, any>,
  { facts, job }: HttpCall<Job>,
): boolean => options.resume === true && facts.method === 'GET' && transport.bodies?.isStreamed(job) === true;

/** Asks for an unencoded body, since only that can be continued at a byte. Keeps an Accept-Encoding of the request. */
export function askForUnencodedBody(client: ClientOfBody<any, any, any>, call: HttpCall): void {
  const headers = call.facts.target?.headers;
  if (headers === undefined || !wantsResume(client, call) || headers.has('Accept-Encoding')) return;
  headers.set('Accept-Encoding', 'identity');
}

/** Returns the answer with a body whose end calls `ended`. */
export function watchEnd<Response extends Answer>(
  transport: Transport<any, any, Response>,
  response: Response,
  ended: () => void,
): Response {
  if (transport.watchBody !== undefined) return transport.watchBody(response, ended);
  ended();
  return response;
}

/** Returns the answer with a body that fails after `idleTimeout` without a chunk. */
export function withIdleTimeout<Job, Sent, Response extends Answer>(
  client: ClientOfBody<Job, Sent, Response>,
  call: HttpCall<Job, Sent, Response>,
  response: Response,
  idleTimeout: number,
): Response {
  const stream = streamOf(client, call, response);
  if (stream === undefined) return response;
  return withChunks(client, call, response, (ended) => new IdleBody(call, response, stream, idleTimeout, ended));
}

/** Returns the answer with a body that continues if it breaks off. */
export function withResume<Job, Sent, Response extends Answer>(
  client: ClientOfBody<Job, Sent, Response>,
  call: HttpCall<Job, Sent, Response>,
  response: Response,
): Response {
  const { job, facts } = call;
  const stream = wantsResume(client, call) ? streamOf(client, call, response) : undefined;
  if (stream === undefined) return response;
  const bodies = client.transport.bodies as BodyTransport<Job, Sent, Response>;
  const plan = bodies.isUnchanged(response, job) ? ResumePlan.of(response, facts.headers) : undefined;
  if (plan === undefined) return response;
  const begin = (): BodyCall<Response> =>
    new BodyCall<Response>(
      client.retryingBodies as Retrying,
      client.retrying.runningTotals,
      new HttpCall(client, job, undefined),
      plan,
    );
  const settings = { transport: bodies, plan, begin };
  return withChunks(
    client,
    call,
    response,
    (ended) => new Body<Response>(call, response, stream, { ...settings, ended }),
  );
}

/** The body of an answer, if it can be watched. */
function streamOf<Job, Response extends Answer>(
  { transport: { bodies }, options }: ClientOfBody<Job, any, Response>,
  { job }: HttpCall<Job, any, Response>,
  response: Response,
): object | undefined {
  const isStreamed = options.enabled !== false && bodies?.isStreamed(job) === true;
  return isStreamed ? bodies.streamOf(response) : undefined;
}

/** Puts chunks in the place of a body. The call's signal is listened to until they have ended. */
function withChunks<Response extends Answer>(
  { transport: { bodies } }: ClientOfBody<any, any, Response>,
  { signal }: HttpCall<any, any, Response>,
  response: Response,
  chunksOf: (ended: () => void) => Chunks,
): Response {
  const release = signal.hold();
  const token = {};
  const chunks = chunksOf(() => {
    abandoned.unregister(token);
    release();
  });
  abandoned.register(chunks, release, token);
  return (bodies as BodyTransport<any, any, Response>).withChunks(response, chunks);
}
