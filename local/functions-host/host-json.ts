import { readFileSync } from 'node:fs';
import { parseTimeSpan } from './time-span.js';

/** The settings of host.json that this host obeys, with the real host's defaults; durations in milliseconds. */
export interface HostSettings {
  /** In front of every HTTP route; may be empty. */
  readonly routePrefix: string;
  /** undefined (`-1` in the file) means without limit. */
  readonly functionTimeoutMs: number | undefined;
  readonly serviceBus: ServiceBusSettings;
}

export interface ServiceBusSettings {
  readonly autoCompleteMessages: boolean;
  readonly maxConcurrentSessions: number;
  readonly sessionIdleTimeoutMs: number;
  readonly maxAutoLockRenewalDurationMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const overridePrefix = 'azurefunctionsjobhost';

/**
 * Reads host.json. A setting in the environment named by its path, such as
 * `AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentSessions`, wins over the file.
 *
 * @throws Error naming the file and the setting when one has the wrong form.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
export function readHostSettings(path: string, environment: Environment): HostSettings {
  const find = settingReader(parseFile(path), environment);
  const read = <T>(name: string, fallback: T, convert: (value: unknown) => T): T => {
    const value = find(name);
    if (value === undefined) return fallback;
    try {
      return convert(value);
    } catch (error) {
      throw new Error(`${path}: ${name}: ${(error as Error).message}`, { cause: error });
    }
  };
  const bus = (name: string) => `extensions.serviceBus.${name}`;
  return {
    routePrefix: read('extensions.http.routePrefix', 'api', String).replace(/^\/+|\/+$/g, ''),
    functionTimeoutMs: read<number | undefined>('functionTimeout', parseTimeSpan('00:30:00'), (value) =>
      String(value) === '-1' ? undefined : timeSpan(value),
    ),
    serviceBus: {
      autoCompleteMessages: read(bus('autoCompleteMessages'), true, flag),
      maxConcurrentSessions: read(bus('maxConcurrentSessions'), 8, positiveInteger),
      sessionIdleTimeoutMs: read(bus('sessionIdleTimeout'), parseTimeSpan('00:01:00'), timeSpan),
      maxAutoLockRenewalDurationMs: read(
        bus('maxAutoLockRenewalDuration'),
        parseTimeSpan('00:05:00'),
        timeSpan,
      ),
    },
  };
}

function parseFile(path: string): unknown {
  try {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return document;
  } catch (error) {
    throw new Error(`${path} could not be read: ${(error as Error).message}`, { cause: error });
  }
}

function settingReader(document: unknown, environment: Environment): (name: string) => unknown {
  const overrides = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    const [first, ...path] = name.toLowerCase().split(/__|:/);
    if (first === overridePrefix && value !== undefined) overrides.set(path.join('.'), value);
  }
  return (name) => overrides.get(name.toLowerCase()) ?? name.split('.').reduce(member, document);
}

/** Names are compared without case, as .NET's configuration does. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] as unknown;
}

function timeSpan(value: unknown): number {
  if (typeof value !== 'string') throw new Error('expected a duration such as "00:05:00".');
  return parseTimeSpan(value);
}

function flag(value: unknown): boolean {
  const text = String(value).toLowerCase();
  if (text !== 'true' && text !== 'false') throw new Error('expected true or false.');
  return text === 'true';
}

function positiveInteger(value: unknown): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error('expected a whole number above zero.');
  return number;
}
