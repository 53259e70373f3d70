import { parseArgs } from 'node:util';
import { LARGE_RUN, SMALL_RUN, type BenchSizes } from './sizes.js';

export const CASES = ['B1', 'B2', 'B3', 'B4', 'B6', 'B7', 'B10', 'memory'] as const;
export type CaseName = (typeof CASES)[number];

export interface BenchOptions {
  readonly cases: ReadonlySet<CaseName>;
  readonly sizes: BenchSizes;
  /** Milliseconds that the emulator adds to each answer of Graph. */
  readonly latencyMs: number;
  /** A folder for CPU profiles of the tables and the functions host; null for none. */
  readonly profileFolder: string | null;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- [options]

  --case NAME     only this case, may be repeated: ${CASES.join(', ')}
  --large         100,000 users, 10,000 groups, 1,000,000 memberships, 100,000 notifications (many minutes)
  --latency MS    added to every answer of Graph (default 50)
  --profile DIR   keep a CPU profile of the tables and of every functions host in this folder
  --help          this text`;

const flags = {
  case: { type: 'string', multiple: true },
  large: { type: 'boolean', default: false },
  latency: { type: 'string', default: '50' },
  profile: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Null where only help is asked for. @throws {UsageError} */
export function readBenchOptions(args: readonly string[]): BenchOptions | null {
  const values = parse(args);
  if (values.help) return null;
  const latencyMs = Number(values.latency);
  if (!/^\d{1,5}$/.test(values.latency))
    throw new UsageError(`--latency must be a whole number of milliseconds, and is "${values.latency}".`);
  return {
    cases: new Set(values.case?.map(caseNamed) ?? CASES),
    sizes: values.large ? LARGE_RUN : SMALL_RUN,
    latencyMs,
    profileFolder: values.profile ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function caseNamed(text: string): CaseName {
  const found = CASES.find((name) => name.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new UsageError(`There is no case "${text}": ${CASES.join(', ')}.`);
  return found;
}
