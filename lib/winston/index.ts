import { createLogger, format, transports, type Logform, type Logger, type LoggerOptions } from 'winston';

/**
 * Returns a winston logger for `beforeSleep.log` and for the option `logger` of clients and breakers. It writes each line as
 * JSON with a timestamp to the console.
 *
 * @param options Options of winston, which replace the defaults (`level: 'info'`).
 *
 * @example
 * ```ts
 * import { retry, stop, beforeSleep } from 'tenax';
 * import { createRetryLogger } from 'tenax/winston';
 *
 * const logger = createRetryLogger({ silent: true });
 * await retry(async () => 'done', { stop: stop.afterAttempt(3), beforeSleep: beforeSleep.log(logger) })();
 * ```
 */
export function createRetryLogger(options: LoggerOptions = {}): Logger {
  return createLogger({
    level: 'info',
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console()],
    ...options,
  });
}

/**
 * A winston format to be read by people: the time, the level and the message.
 *
 * @example
 * ```ts
 * import { createRetryLogger, prettyFormat } from 'tenax/winston';
 *
 * const logger = createRetryLogger({ format: prettyFormat });
 * ```
 */
export const prettyFormat: Logform.Format = format.combine(
  format.timestamp(),
  format.printf(({ timestamp, level, message }) => `${String(timestamp)} ${level}: ${String(message)}`),
);
