import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What `npm start` was asked for. */
export interface StartOptions {
  /** End after the first sync of every tenant, checked against the directory. */
  readonly once: boolean;
  /** The sample directories keep changing. */
  readonly live: boolean;
  /** Objects per sample tenant; what is not given is as the samples have it. */
  readonly sampleSize: { readonly users?: number; readonly groups?: number } | null;
  readonly dataFolder: string | null;
  /** Null: as the data folder remembers it, else the usual one. */
  readonly functionsPort: number | null;
  readonly tablesPort: number | null;
  /**
   * Real directories, in Microsoft's own Graph or in the other one that is named. Graph does not reach this machine, so
   * that tenants are polled instead of being told of changes.
   */
  readonly real: boolean;
  /** Another Graph and login in place of the emulator. */
  readonly otherGraph: {
    readonly graphUrl: string;
    readonly loginUrl: string;
    readonly authorityFile: string | null;
  } | null;
}

/** Flags that cannot be followed; the message says which and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm start -- [flags]

  --once                 end after the first sync of every tenant: 0 if it equals the directory, 1 if not
  --live                 the sample directories keep changing
  --users N --groups G   size of each sample tenant, where DIR does not hold them already
  --data DIR             keep the data of all parts in DIR, and their ports
  --port N               port of the functions host (that of DIR, else 7071; 0 takes a free one)
  --tables-port N        port of the table service (that of DIR, else 10002; 0 takes a free one)
  --real                 Microsoft's own Graph and login, polled about each minute, since they do not reach this machine
  --graph URL --login URL [--ca FILE]
                         use another Graph and login (bare https origins) and trust FILE's authority
  --help                 show this`;

const flags = {
  once: { type: 'boolean', default: false },
  live: { type: 'boolean', default: false },
  users: { type: 'string' },
  groups: { type: 'string' },
  data: { type: 'string' },
  port: { type: 'string' },
  'tables-port': { type: 'string' },
  graph: { type: 'string' },
  login: { type: 'string' },
  ca: { type: 'string' },
  real: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

const mostObjects = 1_000_000;

/**
 * Reads the command's flags; null when only the usage was asked for.
 *
 * @throws {UsageError} for unknown flags, bad values and combinations that make no sense
 */
export function readStartOptions(args: readonly string[]): StartOptions | null {
  const values = parseFlags(args);
  if (values.help) return null;
  const otherGraph = readOtherGraph(values);
  const sampleSize = readSampleSize(values);
  if (otherGraph !== null && sampleSize !== null)
    throw new UsageError('--users and --groups size the sample tenants, and with --graph there are none.');
  if (otherGraph !== null && values.live)
    throw new UsageError('--live changes the sample directories, and with --graph there are none.');
  if (values.real && sampleSize !== null)
    throw new UsageError('--users and --groups size the sample tenants, and with --real there are none.');
  if (values.real && values.live)
    throw new UsageError('--live changes the sample directories, and with --real there are none.');
  if (values.real && values.once)
    throw new UsageError(
      '--once compares with the whole directory, and --real leaves real ones alone: choose one.',
    );
  if (values.once && values.live)
    throw new UsageError('--once compares with the directory, which --live keeps changing: choose one.');
  return {
    once: values.once,
    live: values.live,
    real: values.real,
    sampleSize,
    dataFolder: values.data === undefined ? null : resolve(values.data),
    functionsPort: readPort('--port', values.port),
    tablesPort: readPort('--tables-port', values['tables-port']),
    otherGraph,
  };
}

type Flags = ReturnType<typeof parseArgs<{ options: typeof flags }>>['values'];

function parseFlags(args: readonly string[]): Flags {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readPort(flag: string, text: string | undefined): number | null {
  return text === undefined ? null : readNumber(flag, text, 0, 65_535);
}

function readNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`${flag} must be a whole number from ${least} to ${most}, and is "${text}".`);
  return value;
}

function readSampleSize({ users, groups }: Flags): StartOptions['sampleSize'] {
  if (users === undefined && groups === undefined) return null;
  return {
    ...(users !== undefined && { users: readNumber('--users', users, 1, mostObjects) }),
    ...(groups !== undefined && { groups: readNumber('--groups', groups, 0, mostObjects) }),
  };
}

function readOtherGraph({ graph, login, ca }: Flags): StartOptions['otherGraph'] {
  if (graph === undefined && login === undefined) {
    if (ca !== undefined) throw new UsageError('--ca belongs to --graph and --login.');
    return null;
  }
  if (graph === undefined || login === undefined)
    throw new UsageError('--graph and --login belong together: one of them is missing.');
  if (ca !== undefined && !existsSync(ca)) throw new UsageError(`--ca: there is no file "${ca}".`);
  return {
    graphUrl: readOrigin('--graph', graph),
    loginUrl: readOrigin('--login', login),
    authorityFile: ca === undefined ? null : resolve(ca),
  };
}

function readOrigin(flag: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || (text !== url.origin && text !== `${url.origin}/`))
    throw new UsageError(
      `${flag} must be a bare https origin such as https://localhost:8443, and is "${text}".`,
    );
  return url.origin;
}
