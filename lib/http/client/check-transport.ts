import { checkCallback, formatValue } from '../../base/check.js';
import type { Answer, RequestFacts, Transport } from './transport.js';

/** Checks of what transports and `beforeAttempt` return. Each throws a TypeError that says what is wrong. */

const REQUIRED = ['describe', 'prepare', 'send'] as const satisfies readonly (keyof Transport<any, any, any>)[];
const OPTIONAL = [
  'failure', 'accepts', 'refusal', 'aborted', 'clone', 'discard', 'watchBody',
] as const satisfies readonly (keyof Transport<any, any, any>)[]; // prettier-ignore

/** Throws for a transport that lacks a function, or has something else in the place of one. */
export function checkTransport(where: string, transport: unknown): void {
  const given = (transport ?? {}) as Partial<Transport<any, any, any>>;
  for (const name of REQUIRED) checkCallback(`${where}: ${name}`, given[name]);
  for (const name of OPTIONAL) if (given[name] !== undefined) checkCallback(`${where}: ${name}`, given[name]);
}

/** What `describe` returned. */
export function checkFacts(facts: RequestFacts): void {
  const given = facts as Partial<RequestFacts> | null | undefined;
  if (typeof given?.method === 'string' && typeof given.url === 'string') return;
  throw new TypeError(`describe must return the method and the url of the request, it returned ${formatValue(facts)}`);
}

/** What `beforeAttempt` returned. */
export function checkSent<Sent>(sent: Sent): Sent {
  if (typeof sent === 'object' && sent !== null) return sent;
  throw new TypeError(`beforeAttempt must return the request to send, it returned ${formatValue(sent)}`);
}

/** What `send` resolved with: a fetch of the user's, for instance a mock, may resolve with nothing. */
export function checkAnswer<A extends Answer>(answer: A): A {
  if (typeof answer === 'object' && (answer as unknown) !== null) return answer;
  throw new TypeError(`the request must resolve with a response, it resolved with ${formatValue(answer)}`);
}
