import { createLogger, format, transports, type Logform, type Logger, type LoggerOptions } from 'winston';

/**
 * Returns a winston logger for retries. It writes a time, one line and its fields as JSON to the console. The options are
 * winston's own.
 */
export function createRetryLogger(options: LoggerOptions = {}): Logger {
  return createLogger({
    level: 'info',
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console()],
    ...options,
  });
}

/** A format for people: time, level and the line. */
export const prettyFormat: Logform.Format = format.combine(
  format.timestamp(),
  format.printf(({ timestamp, level, message }) => `${String(timestamp)} ${level}: ${String(message)}`),
);
