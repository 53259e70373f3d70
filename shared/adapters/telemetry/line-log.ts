import type { Log } from '../../ports/log.js';

type Facts = Parameters<Log['info']>[1];
type LogLevel = 'info' | 'warn' | 'error';

/** Takes one finished line: the console, or the log of a function's invocation. */
export type LineSink = (level: LogLevel, line: string) => void;

/** One line per entry: the message, then the facts as JSON. Line breaks in them cannot forge an entry. */
export function createLineLog(sink: LineSink): Log {
  const write = (level: LogLevel) => (message: string, facts?: Facts) => {
    const text = message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
    sink(level, facts === undefined ? text : `${text} ${JSON.stringify(facts)}`);
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
