import { asAnswerOf } from '../../errors.js';
import type { ClientOptions } from '../client-options.js';
import { HttpCall, type ClientOfCall } from '../http-call.js';
import type { Retrying } from '../../../engine/retrying.js';
import type { Answer } from '../transport.js';
import { abandoned } from '../watch-stream.js';
import { Body } from './body.js';
import { BodyCall } from './body-call.js';
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

/**
 * Returns the answer with a body that fails after `idleTimeout` without a chunk, and continues if it breaks off.
 *
 * @param resumes False within an attempt, which is retried as a whole.
 */
export function watchBody<Job, Sent, Response extends Answer>(
  client: ClientOfBody<Job, Sent, Response>,
  call: HttpCall<Job, Sent, Response>,
  response: Response,
  resumes = true,
): Response {
  const { bodies } = client.transport;
  const { idleTimeout = Infinity, enabled } = client.options;
  const resume = resumes && wantsResume(client, call);
  const { job, facts, signal } = call;
  if (enabled === false || bodies?.isStreamed(job) !== true) return response;
  const plan = resume && bodies.isUnchanged(response, job) ? ResumePlan.of(response, facts.headers) : undefined;
  const stream = plan === undefined && idleTimeout === Infinity ? undefined : bodies.streamOf(response);
  if (stream === undefined) return response;
  const release = signal.hold();
  const token = {};
  const body = new Body<Response>(call, response, {
    transport: bodies,
    idleTimeout,
    plan,
    begin: (how) =>
      new BodyCall<Response>(
        client.retryingBodies as Retrying,
        client.retrying.runningTotals,
        new HttpCall(client, job, undefined),
        how,
      ),
    ended: () => {
      abandoned.unregister(token);
      release();
    },
  });
  abandoned.register(body, release, token);
  return asAnswerOf(response, bodies.withChunks(response, body));
}
