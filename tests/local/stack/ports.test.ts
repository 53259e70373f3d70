import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeFreePort, takePort } from '../../../local/stack/ports.js';
import { chooseStackPorts } from '../../../local/stack/stack-ports.js';

async function occupied(run: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('taking a port', () => {
  it('refuses one in use, naming it, what it was for and the flag that chooses another', async () => {
    await occupied(async (port) => {
      await expect(takePort(port, 'the functions host', '--port')).rejects.toThrow(
        `Port ${port}, wanted for the functions host, is taken. End what uses it, or choose another with --port`,
      );
    });
  });

  it('gives the wanted one when it is free, and any free one for 0', async () => {
    const free = await takeFreePort();
    expect(await takePort(free, 'a test')).toBe(free);
    expect(await takePort(0, 'a test')).toBeGreaterThan(0);
  });
});

describe('the ports of a stack', () => {
  it('are all different', async () => {
    const { functions, ...single } = await chooseStackPorts({ hosts: 3 });
    const all = [...functions, ...Object.values(single)];
    expect(functions).toHaveLength(3);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are the same again where data is kept, because stored links name them', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'rollcall-ports-'));
    try {
      const first = await chooseStackPorts({ dataFolder });
      expect(await chooseStackPorts({ dataFolder })).toEqual(first);
      const tablesPort = await takeFreePort();
      expect(await chooseStackPorts({ dataFolder, tablesPort })).toEqual({ ...first, tables: tablesPort });
      expect(await chooseStackPorts({ dataFolder, functionsPort: 0 })).toMatchObject({
        functions: first.functions,
      });
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  });
});
