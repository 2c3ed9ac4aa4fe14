import { type Logger, pino } from 'pino';

export type { Logger };

/** Writes to standard error, as standard output is for the summary: readable on a terminal, else JSON lines. */
export function createLogger(level: string, pretty: boolean): Logger {
  if (!pretty) return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
  const options = { destination: 2, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true };
  return pino({ level, transport: { target: 'pino-pretty', options } });
}
