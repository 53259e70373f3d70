import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Chooses the ports of a stack. With a data folder they are remembered in it: stored delta links and
 * subscriptions hold addresses, which must be the same at the next start.
 *
 * @throws {PortTaken} when a port that was asked for, or is remembered, is in use
 */
export async function chooseStackPorts(options: StackOptions): Promise<StackPorts> {
  const file = options.dataFolder === undefined ? null : join(options.dataFolder, 'ports.json');
  const remembered = await readRemembered(file);
  const one = (part: SinglePort): Promise<number> => takePort(remembered[part] ?? 0, purposes[part]);
  const ports: StackPorts = {
    functions: await chooseFunctionsPorts(options, remembered),
    tables: await choosePort(options.tablesPort, remembered.tables, purposes.tables, '--tables-port'),
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

async function readRemembered(file: string | null): Promise<Partial<StackPorts>> {
  if (file === null || !existsSync(file)) return {};
  return JSON.parse(await readFile(file, 'utf8')) as Partial<StackPorts>;
}

async function chooseFunctionsPorts(
  options: StackOptions,
  remembered: Partial<StackPorts>,
): Promise<readonly number[]> {
  const first = await choosePort(
    options.functionsPort,
    remembered.functions?.[0],
    'the functions host',
    '--port',
  );
  const ports = [first];
  while (ports.length < (options.hosts ?? 1)) ports.push(await takePort(0, 'another functions host'));
  return ports;
}

/** 0 asks for any free port: the remembered one if it is free, because stored addresses name it. */
async function choosePort(
  asked: number | undefined,
  remembered: number | undefined,
  purpose: string,
  flag: string,
): Promise<number> {
  if (asked !== undefined && asked !== 0) return await takePort(asked, purpose, flag);
  if (remembered === undefined) return await takeFreePort();
  if (asked === 0 && !(await isFreePort(remembered))) return await takeFreePort();
  return await takePort(remembered, purpose, flag);
}
