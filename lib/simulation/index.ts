export { simulate } from './simulate.js';
export type { SimulateOptions, Simulation } from './simulate.js';
export type { SimulatedOutcome, TimelineEntry } from './run.js';
export type { Distribution } from './distribution.js';
export { simulateFleet } from './fleet.js';
export type { FleetOptions, FleetSimulation, LimitModel, ServerModel } from './fleet.js';
export { lintPolicy } from './lint-policy.js';
export type { LintFinding } from './lint-finding.js';
