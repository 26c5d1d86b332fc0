import { formatValue, suggestion } from '../base/check.js';
import { INSPECT, type InspectArguments } from '../base/inspect.js';

/** A logger with `log(level, message, meta)`, like winston's. */
export interface LeveledLogger {
  /** Writes one line at a level, with structured fields. */
  log(level: string, message: string, meta: object): unknown;
}

/** A logger: winston's, `console`, or one with a method per level as pino has. */
export type LoggerLike = LeveledLogger | Pick<Console, 'log' | 'warn'> | Readonly<Record<string, unknown>> | object;

/** Writes one line with its structured fields, and returns what the logger returns. @internal */
export type LogLine = (message: string, meta: object) => unknown;

type Methods = Record<string, ((...args: unknown[]) => unknown) | undefined>;

/**
 * Finds out how a logger is called at one level.
 *
 * @throws TypeError when it is no logger, or has no such level.
 * @internal
 */
export function logLine(factory: string, logger: unknown, level: unknown): LogLine {
  if ((typeof logger !== 'object' && typeof logger !== 'function') || logger === null) {
    throw new TypeError(`${factory} takes a logger (winston's, console, pino's), got ${formatValue(logger)}`);
  }
  if (typeof level !== 'string')
    throw new TypeError(`${factory}: level takes the name of a level, got ${formatValue(level)}`);
  const methods = logger as Methods;
  const { levels } = logger as { levels?: object | null };
  const call = (name: string, ...args: unknown[]): unknown => methods[name]?.(...args);
  const has = (names: readonly string[]) => names.filter((name) => typeof methods[name] === 'function');

  if (typeof methods.log === 'function' && typeof levels === 'object' && levels !== null) {
    // winston: levels are the logger's own table.
    if (!Object.hasOwn(levels, level)) throw noLevel(factory, level, Object.keys(levels));
    return (message, meta) => call('log', level, message, meta);
  }
  if (isConsole(logger)) {
    if (typeof methods[level] !== 'function') throw noLevel(factory, level, has(CONSOLE_LEVELS));
    return (message, meta) => call(level, message, onOneLine(meta));
  }
  if (typeof methods.log === 'function') {
    return (message, meta) => call('log', level, message, meta);
  }
  if (typeof methods[level] !== 'function') {
    const offered = has(COMMON_LEVELS);
    if (offered.length === 0)
      throw new TypeError(`${factory} takes a logger (winston's, console, pino's), got ${formatValue(logger)}`);
    throw noLevel(factory, level, offered);
  }
  // pino and its kin: fields first.
  return (message, meta) => call(level, meta, message);
}

const COMMON_LEVELS = ['trace', 'debug', 'verbose', 'info', 'notice', 'warn', 'warning', 'error', 'fatal', 'silly'];

/** Those of the console, and those that NestJS' Logger has in place of `info`. */
const CONSOLE_LEVELS = ['verbose', 'debug', 'info', 'log', 'warn', 'error', 'fatal'];

/** The console, another Console, or what calls itself so (NestJS' Logger): `warn(message, …)`, and `log` is a level. */
function isConsole(logger: object): boolean {
  if (logger === globalThis.console) return true;
  return ['dir', 'group', 'localInstance', 'setLogLevels'].some((name) => name in logger);
}

/** Node's console would break a larger object over several lines. What is set here no other logger sees. */
const onOneLine = (meta: object): object =>
  Object.defineProperty({ ...meta }, INSPECT, {
    value: (...[, options, inspect]: InspectArguments) =>
      inspect({ ...meta }, { ...options, breakLength: Infinity, compact: true }),
  });

function noLevel(factory: string, level: string, levels: readonly string[]): TypeError {
  const meant = suggestion(level, levels);
  const hint = meant === undefined ? '' : ` (${meant})`;
  return new TypeError(
    `${factory}: level takes one of the logger's levels, ${levels.join(', ')}; got ${formatValue(level)}${hint}`,
  );
}
