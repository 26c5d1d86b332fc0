import type { AcquireOptions } from './rate-limiter.js';
import { timeoutErrorIfOver } from './acquire-request.js';
import { isBefore, Line, type Member } from './line.js';
import { publishGrant, Waiter } from './queue.js';

/**
 * Serves the queues that share members with `from`: grants all waiters that are due, by priority and arrival, and sets the
 * timers for the next ones.
 *
 * The first waiter of a member that cannot be granted yet gets a {@link Reservation}, so that later waiters do not delay it.
 */
export function serve(from: readonly Line[]): void {
  const lines = connected(from);
  const first = lines[0] as Line;
  const now = first.now();
  do {
    for (const line of lines) for (const member of line.members) member.reservation = undefined;
    if (lines.length === 1) serveOne(first, now);
    else serveAll(lines, now);
    // After a waiter was rejected, another one may be due.
  } while (lines.filter((line) => line.rejectOverdue(now)).length > 0);
  for (const line of lines) {
    line.leaveIfEmpty();
    line.arm(now);
  }
  for (const line of lines) for (const member of line.members) member.queueChanged();
}

function serveOne(line: Line, now: number): void {
  for (;;) {
    const waiter = line.candidate;
    if (waiter === undefined) return;
    if (waiter.dropIfAborted()) continue;
    if (!line.fits(waiter, now)) {
      line.reserveFor(waiter, now);
      return;
    }
    grant(line, waiter, now);
  }
}

function serveAll(lines: readonly Line[], now: number): void {
  const turns: Turn[] = [];
  for (const line of lines) addTurn(turns, line);
  for (let turn = turns.pop(); turn !== undefined; turn = turns.pop()) {
    const { line, waiter } = turn;
    if (waiter.waits && !waiter.dropIfAborted()) {
      if (!line.fits(waiter, now) || line.delays(waiter, now)) {
        line.reserveFor(waiter, now);
        continue;
      }
      grant(line, waiter, now);
    }
    addTurn(turns, line);
  }
}

function grant(line: Line, waiter: Waiter, now: number): void {
  line.charge(waiter, now);
  waiter.grantQuietly(now);
  // A subscriber may call the limiter, which serves the queue again: by then, the waiter must have left it.
  publishGrants(line.members, waiter.tokens, waiter.costs, waiter.waitedUntil(now));
}

interface Turn {
  readonly line: Line;
  readonly waiter: Waiter;
}

/** Inserts the first waiter of a queue into `turns`, which is sorted so that the last is served first. */
function addTurn(turns: Turn[], line: Line): void {
  const waiter = line.candidate;
  if (waiter === undefined) return;
  let low = 0;
  for (let high = turns.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (isBefore(waiter, (turns[middle] as Turn).waiter)) low = middle + 1;
    else high = middle;
  }
  turns.splice(low, 0, { line, waiter });
}

/** All queues that share a member with these, of which there is at least one, directly or through other queues. */
function connected(from: readonly Line[]): readonly Line[] {
  if (from.length === 1 && isAlone(from[0] as Line)) return from;
  const found = new Set(from);
  for (const { members } of found) for (const { lines } of members) for (const line of lines) found.add(line);
  return [...found];
}

const isAlone = (line: Line): boolean => line.members.every(({ lines }) => lines.length <= 1);

/** Publishes a grant of each member. */
export function publishGrants(
  members: readonly Member[],
  tokens: number,
  costs: readonly number[] | undefined,
  waited: number,
): void {
  for (let i = 0; i < members.length; i += 1) publishGrant(members[i] as Member, costs?.[i] ?? tokens, waited);
}

/** Makes the queue of one limiter or of one combination. */
export const newLine = (members: readonly Member[], owner: object): Line => new Line(members, owner, wake, onGiveUp);

const wake = (line: Line): void => {
  serve([line]);
};

/** Serves the queue if a waiter left that others were waiting behind. */
const onGiveUp = (line: Line, wasHead: boolean): void => {
  if (wasHead || line.candidate !== line.queue.head) serve([line]);
};

/** Waits in a queue until the tokens are granted. Resolves with the milliseconds waited. Nothing is charged before that. */
export function waitIn(
  line: Line,
  tokens: number,
  costs: readonly number[] | undefined,
  options: AcquireOptions = {},
): Promise<number> {
  const { signal, maxWait = Infinity, priority = 0 } = options;
  const now = line.now();
  if (maxWait < Infinity) {
    const refusal = timeoutErrorIfOver(line.leastWait(tokens, costs, priority, now), maxWait);
    if (refusal !== undefined) return Promise.reject(refusal);
  }
  const full = line.fullError();
  return new Promise((resolve, onReject) => {
    const reject = signal !== undefined || maxWait < Infinity || full !== undefined ? onReject : undefined;
    const deadline = maxWait < Infinity ? now + maxWait : undefined;
    const waiter = new Waiter(
      { tokens, costs, since: now, signal, deadline, priority, resolve, reject },
      line.onGiveUp,
    );
    line.push(waiter);
    enter(line, waiter, now);
    if (!waiter.waits || (full === undefined && maxWait > 0)) return;
    waiter.reject(maxWait === 0 ? line.timeoutError(waiter, now) : full);
    serve([line]);
  });
}

/** Serves the queue if the newcomer can be granted at once. Otherwise only sets the timer, if the newcomer changes it. */
function enter(line: Line, waiter: Waiter, now: number): void {
  const { candidate } = line;
  if (line.lostTimer || (candidate === waiter && line.fits(waiter, now))) serve([line]);
  else if (candidate === waiter || waiter.deadline !== undefined || line.queue.size === 1) line.arm(now);
}
