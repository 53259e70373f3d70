import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FolderUnusable } from './data-folder.js';
import { isFreePort, takeFreePort, takePort } from './ports.js';
import type { StackOptions } from './stack-options.js';

/** The port of every part; the functions hosts in order. */
export interface StackPorts {
  readonly functions: readonly number[];
  readonly tables: number;
  readonly vault: number;
  readonly identity: number;
  readonly bus: number;
  readonly busControl: number;
  readonly graph: number;
  readonly login: number;
  readonly graphControl: number;
}

type SinglePort = Exclude<keyof StackPorts, 'functions'>;

/** What can be asked for one port, the strongest first. */
interface PortRequest {
  readonly purpose: string;
  /** The flag that chooses it; only some ports have one. */
  readonly flag?: string;
  /** By the flag; 0 takes the remembered one if it is free, else any. */
  readonly asked?: number | undefined;
  /** By the data folder. */
  readonly remembered?: number | undefined;
  readonly usual?: number | undefined;
}

const purposes: Readonly<Record<SinglePort, string>> = {
  tables: 'the table service',
  vault: 'the vault',
  identity: 'the managed identity endpoint',
  bus: 'the Service Bus broker',
  busControl: 'the control of the Service Bus broker',
  graph: 'the Graph emulator',
  login: 'the login emulator',
  graphControl: 'the control API of the Graph emulator',
};

const port = z.int().min(1).max(65_535);
const rememberedPorts = z
  .object({
    ...{ functions: z.array(port), tables: port, vault: port, identity: port, bus: port, busControl: port },
    ...{ graph: port, login: port, graphControl: port },
  })
  .partial();

/**
 * Chooses the ports of a stack. With a data folder they are remembered in it: stored delta links and
 * subscriptions hold addresses, which must be the same at the next start.
 *
 * @throws {PortTaken} when a port that was asked for, or is remembered, is in use
 * @throws {FolderUnusable} when what the folder remembers cannot be read
 */
export async function chooseStackPorts(options: StackOptions): Promise<StackPorts> {
  const file = options.dataFolder === undefined ? null : join(options.dataFolder, 'ports.json');
  const remembered = await readRemembered(file);
  const choose = (request: PortRequest): Promise<number> => choosePort(request, file);
  const one = (part: SinglePort): Promise<number> =>
    choose({ purpose: purposes[part], remembered: remembered[part] });
  const ports: StackPorts = {
    functions: await chooseFunctionsPorts(options, remembered.functions ?? [], choose),
    tables: await choose({
      ...{ purpose: purposes.tables, flag: '--tables-port' },
      ...{ asked: options.tablesPort, remembered: remembered.tables, usual: options.usualPorts?.tables },
    }),
    vault: await one('vault'),
    identity: await one('identity'),
    bus: await one('bus'),
    busControl: await one('busControl'),
    graph: await one('graph'),
    login: await one('login'),
    graphControl: await one('graphControl'),
  };
  if (file !== null) await writeFile(file, JSON.stringify(ports, null, 2) + '\n');
  return ports;
}

async function readRemembered(file: string | null): Promise<z.infer<typeof rememberedPorts>> {
  if (file === null || !existsSync(file)) return {};
  try {
    return rememberedPorts.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const message = `${file} does not hold the ports of an earlier start. Remove it: the stack then takes other ports, and what was read before is read again.`;
    throw new FolderUnusable(message, { cause: error });
  }
}

async function chooseFunctionsPorts(
  options: StackOptions,
  remembered: readonly number[],
  choose: (request: PortRequest) => Promise<number>,
): Promise<readonly number[]> {
  const first = await choose({
    ...{ purpose: 'the functions host', flag: '--port' },
    ...{ asked: options.functionsPort, remembered: remembered[0], usual: options.usualPorts?.functions },
  });
  const ports = [first];
  while (ports.length < (options.hosts ?? 1)) {
    const index = ports.length;
    ports.push(await choose({ purpose: `functions host ${index + 1}`, remembered: remembered[index] }));
  }
  return ports;
}

/** @param file what remembers ports */
async function choosePort(request: PortRequest, file: string | null): Promise<number> {
  const { purpose, flag, asked, remembered, usual } = request;
  if (asked !== undefined && asked !== 0) return await takePort(asked, { purpose, flag });
  if (remembered !== undefined) {
    if (asked === 0 && !(await isFreePort(remembered))) return await takeFreePort();
    return await takePort(remembered, { purpose, flag, rememberedBy: file ?? undefined });
  }
  return asked === 0 || usual === undefined ? await takeFreePort() : await takePort(usual, { purpose, flag });
}
