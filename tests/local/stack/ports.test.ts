import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderUnusable } from '../../../local/stack/data-folder.js';
import { takeFreePort, takePort } from '../../../local/stack/ports.js';
import { chooseStackPorts } from '../../../local/stack/stack-ports.js';

async function occupied(run: (port: number) => Promise<void>, wanted = 0): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  try {
    await run((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('taking a port', () => {
  it('refuses one in use, naming it, what it was for and the flag that chooses another', async () => {
    await occupied(async (port) => {
      await expect(takePort(port, { purpose: 'the functions host', flag: '--port' })).rejects.toThrow(
        `Port ${port}, wanted for the functions host, is taken. End what uses it, or choose another with --port`,
      );
    });
  });

  it('gives the wanted one when it is free, and any free one for 0', async () => {
    const free = await takeFreePort();
    expect(await takePort(free, { purpose: 'a test' })).toBe(free);
    expect(await takePort(0, { purpose: 'a test' })).toBeGreaterThan(0);
  });
});

describe('the ports of a stack', () => {
  it('are all different', async () => {
    const { functions, ...single } = await chooseStackPorts({ hosts: 3 });
    const all = [...functions, ...Object.values(single)];
    expect(functions).toHaveLength(3);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are the usual ones if nothing else is asked for or remembered', async () => {
    const usualPorts = { functions: await takeFreePort(), tables: await takeFreePort() };
    expect(await chooseStackPorts({ usualPorts })).toMatchObject({
      functions: [usualPorts.functions],
      tables: usualPorts.tables,
    });
    const { functions } = await chooseStackPorts({ usualPorts, functionsPort: 0 });
    expect(functions).not.toEqual([usualPorts.functions]);
  });
});

describe('the ports of a stack with a data folder', () => {
  let dataFolder: string;
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'rollcall-ports-'));
  });
  afterEach(async () => {
    await rm(dataFolder, { recursive: true, force: true });
  });

  it('are the same again, because stored links name them, whatever they were chosen by at first', async () => {
    const asked = { functionsPort: await takeFreePort(), tablesPort: await takeFreePort() };
    const first = await chooseStackPorts({ dataFolder, hosts: 2, ...asked });
    const usualPorts = { functions: await takeFreePort(), tables: await takeFreePort() };
    expect(await chooseStackPorts({ dataFolder, hosts: 2, usualPorts })).toEqual(first);
    expect(await chooseStackPorts({ dataFolder, hosts: 2, functionsPort: 0, tablesPort: 0 })).toEqual(first);
  });

  it('are others if others are asked for', async () => {
    const first = await chooseStackPorts({ dataFolder });
    const tablesPort = await takeFreePort();
    expect(await chooseStackPorts({ dataFolder, tablesPort })).toEqual({ ...first, tables: tablesPort });
  });

  it.each([
    ['tables', 'the table service', 'End what uses it, or choose another with --tables-port'],
    ['vault', 'the vault', 'End what uses it.'],
    ['identity', 'the managed identity endpoint', 'End what uses it.'],
    ['bus', 'the Service Bus broker', 'End what uses it.'],
    ['busControl', 'the control of the Service Bus broker', 'End what uses it.'],
    ['graph', 'the Graph emulator', 'End what uses it.'],
    ['login', 'the login emulator', 'End what uses it.'],
    ['graphControl', 'the control API of the Graph emulator', 'End what uses it.'],
  ] as const)('name that of %s if it is taken', async (part, purpose, advice) => {
    const ports = await chooseStackPorts({ dataFolder });
    await occupied(async () => {
      const file = join(dataFolder, 'ports.json');
      await expect(chooseStackPorts({ dataFolder })).rejects.toThrow(
        `Port ${ports[part]}, wanted for ${purpose}, is taken. ${file} keeps it from an earlier start, because stored links name it. ${advice}`,
      );
    }, ports[part]);
  });

  it('name that of the functions host if it is taken, unless any port will do', async () => {
    const { functions } = await chooseStackPorts({ dataFolder });
    await occupied(async () => {
      await expect(chooseStackPorts({ dataFolder })).rejects.toThrow(
        `Port ${String(functions[0])}, wanted for the functions host, is taken.`,
      );
      const other = await chooseStackPorts({ dataFolder, functionsPort: 0 });
      expect(other.functions).not.toEqual(functions);
    }, functions[0]);
  });

  it.each(['', '{"vault":"20001"}', '[]'])('cannot be remembered as %j, which is named', async (text) => {
    await writeFile(join(dataFolder, 'ports.json'), text);
    await expect(chooseStackPorts({ dataFolder })).rejects.toThrow(/ports\.json .*Remove it/);
    await expect(chooseStackPorts({ dataFolder })).rejects.toThrow(FolderUnusable);
  });
});
