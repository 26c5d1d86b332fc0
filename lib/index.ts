export { TenaxError } from './base/errors.js';
