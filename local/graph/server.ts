import { readFileSync } from 'node:fs';
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ResolvedConfig } from './config.js';
import { controlListener } from './control-server.js';
import type { GraphEmulatorOptions } from './emulator-options.js';
import { GraphEmulator } from './emulator.js';
import { originListener } from './origin-listener.js';
import { loadSamples } from './samples/load-samples.js';
import { sampleTenants } from './samples/well-known.js';
import { Storage } from './storage.js';

/** A running emulator with its three addresses. */
export interface GraphServer {
  readonly emulator: GraphEmulator;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly controlUrl: string;
  /** Saves, stops listening, ends open connections. */
  close(): Promise<void>;
}

/**
 * Starts the emulator on sockets: Graph and login over https, the control API over plain http, loopback
 * only. Rejects with a one-line error naming a port that is taken.
 */
export async function startGraphServer(config: ResolvedConfig): Promise<GraphServer> {
  const listeners: { graph?: RequestListener; login?: RequestListener; control?: RequestListener } = {};
  const tls = { key: readFileSync(config.tls.keyFile), cert: readFileSync(config.tls.certFile) };
  const servers = [
    createHttps(tls, (request, response) => listeners.graph?.(request, response)),
    createHttps(tls, (request, response) => listeners.login?.(request, response)),
    createHttp((request, response) => listeners.control?.(request, response)),
  ] as const;
  const [graph, login, control] = servers;
  const graphUrl = `https://localhost:${await listen(graph, config.port, 'Graph')}`;
  const loginUrl = `https://localhost:${await listen(login, config.loginPort, 'login')}`;
  const controlUrl = `http://127.0.0.1:${await listen(control, config.controlPort, 'control')}`;
  const emulator = new GraphEmulator({ ...optionsOf(config), graphUrl, loginUrl });
  const storage = await populate(emulator, config);
  listeners.graph = originListener(emulator.core, () => graphUrl);
  listeners.login = originListener(emulator.core, () => loginUrl);
  listeners.control = controlListener(emulator);
  const close = async (): Promise<void> => {
    await emulator.close();
    storage?.stop();
    await Promise.all(servers.map(closeServer));
  };
  return { emulator, graphUrl, loginUrl, controlUrl, close };
}

function optionsOf(config: ResolvedConfig): GraphEmulatorOptions {
  const { seed, latencyMs, throttling, metadataFile } = config;
  const { deltaTokenLifeMs, accessTokenLifeMs, boundTokenLifeMs, purgeAfterMs, silentPurges } = config;
  const { notificationBatchMs, deltaPageSize, deltaMemberEntries } = config;
  const lives = { deltaTokenLifeMs, accessTokenLifeMs, boundTokenLifeMs, purgeAfterMs, silentPurges };
  const sizes = { notificationBatchMs, deltaPageSize, deltaMemberEntries };
  return { seed, latencyMs, throttling, ...dropUndefined({ metadataFile, ...lives, ...sizes }) };
}

async function populate(emulator: GraphEmulator, config: ResolvedConfig): Promise<Storage | undefined> {
  const storage = config.dataFolder === undefined ? undefined : new Storage(config.dataFolder, emulator.core);
  const found = storage?.load() ?? false;
  if (!found && config.samples !== false) await loadSamples(emulator, dropUndefined(config.samples));
  for (const app of config.consentApps) await emulator.setConsentApp(app);
  storage?.save();
  storage?.start(emulator.core.clock);
  const known = sampleTenants.map(({ tenantId }) => tenantId).filter((id) => emulator.core.tenants.has(id));
  if (config.live) await emulator.setLive(known);
  return storage;
}

function dropUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

async function listen(server: Server, port: number, name: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`the port ${port} for ${name} is taken by another process`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
