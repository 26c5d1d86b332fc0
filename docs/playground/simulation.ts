// Lets the library simulate a policy: one call many times, and a fleet.
import {
  lintPolicy,
  simulate,
  simulateFleet,
  type FleetSimulation,
  type LintFinding,
  type Simulation,
} from 'tenax/simulation';
import type { Values } from './fields.js';
import { ServiceError, completeOptions, type Choice } from './policy.js';

export interface Result {
  readonly call: Simulation;
  readonly fleet: FleetSimulation;
  readonly findings: readonly LintFinding[];
}

/** When the server is down, in seconds; `undefined` without an outage. */
export function outageOf(values: Values): { from: number; to: number } | undefined {
  const from = Number(values.from);
  const length = Number(values.outage);
  return length > 0 ? { from, to: from + length } : undefined;
}

export async function resultOf(choice: Choice, values: Values): Promise<Result> {
  const failure = Number(values.failure);
  const latency = Number(values.latency);
  const outage = outageOf(values);
  const error = new ServiceError('503');
  const [call, fleet] = await Promise.all([
    simulate(choice.options, {
      outcomes: (_attempt, random) => (random() < failure ? error : 'fine'),
      attemptDuration: latency,
      seed: 8, // its first call fails now and then
    }),
    simulateFleet(choice.options, {
      ...choice.shared,
      clients: Number(values.clients),
      spread: Number(values.spread) * 1000,
      server: {
        capacity: Number(values.capacity),
        latency,
        ...(outage === undefined ? {} : { outage: { from: outage.from * 1000, to: outage.to * 1000 } }),
      },
      error,
    }),
  ]);
  return { call, fleet, findings: lintPolicy(completeOptions(choice)) };
}
