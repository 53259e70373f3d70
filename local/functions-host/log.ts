import { inspect } from 'node:util';
import type { RpcLogLevel } from './core-types.js';

const severity: Record<RpcLogLevel, number> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

/** Prints one line `[level] [category] message`; the category is `host` or `Function.<name>`. */
export type Log = (level: RpcLogLevel, category: string, message: string) => void;

/**
 * A log that writes plain lines and leaves out what is below `threshold` (a name of the real host's levels;
 * unknown or absent means information).
 */
export function createLog(threshold: string | undefined, write: (line: string) => void): Log {
  const name = (threshold ?? 'information').toLowerCase();
  const lowest = isLogLevel(name) ? severity[name] : severity.information;
  return (level, category, message) => {
    if (severity[level] >= lowest && level !== 'none') write(`[${level}] [${category}] ${message}\n`);
  };
}

/** The stack of an error, or the text of whatever else was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === 'string' ? error : inspect(error);
}

function isLogLevel(name: string): name is RpcLogLevel {
  return name in severity;
}
