export { policyFromJSON } from './policy-from-json.js';
export type { ExceptionTypes } from './error-classes.js';
