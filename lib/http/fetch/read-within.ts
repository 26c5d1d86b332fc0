/**
 * The name under which a retrying fetch reads an answer within its attempt, so that `paginate` need not import it. A body that
 * breaks off then is a network error of the attempt.
 */
export const READ = Symbol.for('tenax.fetch.read');
